import { hubFarClient } from '../../simulators/wire/far-client.ts';
import { MemoryHub } from '../../src/transport/memory.ts';
import { overMessages, withoutWire, homieConformance } from './homie.ts';

homieConformance('nothing', withoutWire);

homieConformance(
  'the memory hub',
  overMessages(async (will) => {
    const hub = new MemoryHub();
    const near = hub.connect();
    const far = hubFarClient(hub, will);
    return { near, far, close: async () => void (await Promise.all([near.close(), far.close()])) };
  }),
);
