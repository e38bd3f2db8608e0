import { brokerFarClient } from '../../simulators/wire/far-client.ts';
import { systemClock } from '../../src/clock.ts';
import type { MessageConnection } from '../../src/driver/index.ts';
import { mqtt } from '../../src/transport/mqtt.ts';
import { brokers } from '../wire/brokers.ts';
import { overMessages, tasmotaPlugConformance } from './tasmota-plug.ts';

for (const { name, start, protocolVersion } of brokers) {
  tasmotaPlugConformance(
    name,
    overMessages(async (will) => {
      const { signal } = new AbortController();
      const { url } = await start();
      const near = (await mqtt.open({ url, protocolVersion }, {
        clock: systemClock,
        signal,
      } as never)) as MessageConnection;
      const far = await brokerFarClient(url, will, signal);
      return { near, far, close: async () => void (await Promise.all([near.close(), far.close()])) };
    }),
  );
}
