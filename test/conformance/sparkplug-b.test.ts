import { hubFarClient } from '../../simulators/wire/far-client.ts';
import { MemoryHub } from '../../src/transport/memory.ts';
import { sparkplugWireConformance } from './sparkplug-b-on-the-wire.ts';
import { overMessages, sparkplugConformance, withoutWire } from './sparkplug-b.ts';

const overHub = overMessages(async (will) => {
  const hub = new MemoryHub();
  const near = hub.connect();
  const far = hubFarClient(hub, will);
  const close = async (): Promise<void> => void (await Promise.all([near.close(), far.close()]));
  return { near, far, kill: () => far.kill(), close };
});

sparkplugConformance('nothing', withoutWire);
sparkplugConformance('the memory hub', overHub);
sparkplugWireConformance('the memory hub', overHub);
