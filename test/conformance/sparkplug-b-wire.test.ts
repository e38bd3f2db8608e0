import { describe } from 'vitest';
import { brokerFarClient } from '../../simulators/wire/far-client.ts';
import { systemClock } from '../../src/clock.ts';
import { mqtt } from '../../src/transport/index.ts';
import { brokers } from '../wire/brokers.ts';
import { sparkplugWireConformance } from './sparkplug-b-on-the-wire.ts';
import { overMessages, sparkplugConformance } from './sparkplug-b.ts';

for (const { name, skip, start, protocolVersion } of brokers) {
  describe.skipIf(skip)(name, () => {
    const overBroker = overMessages(async (will) => {
      const { signal } = new AbortController();
      const { url } = await start();
      const near = await mqtt.open({ url, protocolVersion }, { clock: systemClock, signal });
      if (near.shape !== 'messages') throw new Error('not a message connection');
      const far = await brokerFarClient(url, will, signal);
      const close = async (): Promise<void> => void (await Promise.all([near.close(), far.close()]));
      return { near, far, kill: () => far.kill(), close };
    });
    sparkplugConformance(name, overBroker);
    sparkplugWireConformance(name, overBroker);
  });
}
