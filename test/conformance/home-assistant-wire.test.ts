import { describe } from 'vitest';
import { brokerFarClient } from '../../simulators/wire/far-client.ts';
import { systemClock } from '../../src/clock.ts';
import { mqtt } from '../../src/transport/index.ts';
import { brokers } from '../wire/brokers.ts';
import { homeAssistantConformance, overMessages } from './home-assistant.ts';

for (const { name, skip, start, protocolVersion } of brokers) {
  describe.skipIf(skip)(name, () => {
    homeAssistantConformance(
      name,
      overMessages('component', async (will) => {
        const { signal } = new AbortController();
        const { url } = await start();
        const near = await mqtt.open({ url, protocolVersion }, { clock: systemClock, signal });
        if (near.shape !== 'messages') throw new Error('not a message connection');
        const far = await brokerFarClient(url, will, signal);
        return { near, far, close: async () => void (await Promise.all([near.close(), far.close()])) };
      }),
    );
  });
}
