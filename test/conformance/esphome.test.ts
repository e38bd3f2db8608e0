import { hubFarClient } from '../../simulators/wire/far-client.ts';
import { MemoryHub } from '../../src/transport/memory.ts';
import { esphomeConformance, overMessages, withoutWire } from './esphome.ts';

esphomeConformance('nothing', withoutWire);

esphomeConformance(
  'the memory hub',
  overMessages(async (will) => {
    const hub = new MemoryHub();
    const near = hub.connect();
    const far = hubFarClient(hub, will);
    return { near, far, close: async () => void (await Promise.all([near.close(), far.close()])) };
  }),
);
