import { hubFarClient } from '../../simulators/wire/far-client.ts';
import { MemoryHub } from '../../src/transport/memory.ts';
import { homeAssistantConformance, overMessages, withoutWire } from './home-assistant.ts';

homeAssistantConformance('nothing', withoutWire);

for (const discovery of ['component', 'device'] as const) {
  homeAssistantConformance(
    `the memory hub, a description of each ${discovery}`,
    overMessages(discovery, async (will) => {
      const hub = new MemoryHub();
      const near = hub.connect();
      const far = hubFarClient(hub, will);
      return { near, far, close: async () => void (await Promise.all([near.close(), far.close()])) };
    }),
  );
}
