import { hubFarClient } from '../../simulators/wire/far-client.ts';
import { MemoryHub } from '../../src/transport/memory.ts';
import { overMessages, tasmotaConformance, withoutWire } from './tasmota.ts';
import { richDevices, tasmotaDevices, tasmotaFeatures } from './tasmota-features.ts';

const overTheHub = overMessages(async (will) => {
  const hub = new MemoryHub();
  const near = hub.connect();
  const far = hubFarClient(hub, will);
  return { near, far, close: async () => void (await Promise.all([near.close(), far.close()])) };
});

tasmotaConformance('nothing', withoutWire);
tasmotaConformance('the memory hub', overTheHub);
const devices = [...tasmotaDevices, ...richDevices];
tasmotaFeatures('nothing', withoutWire, devices);
tasmotaFeatures('the memory hub', overTheHub, devices);
