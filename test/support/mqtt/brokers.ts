import { brokerFarClient, hubFarClient } from '../../../simulators/wire/far-client.ts';
import { systemClock } from '../../../src/clock.ts';
import { MemoryHub } from '../../../src/transport/memory.ts';
import { mqtt } from '../../../src/transport/index.ts';
import type { TestBroker } from '../../wire/brokers.ts';
import { realTime } from '../suite-time.ts';
import type { Broker } from './bench.ts';

/** A hub in memory. */
export function hubBroker(time = realTime): Broker {
  const hub = new MemoryHub();
  return {
    time,
    connect: async () => hub.connect(),
    device: async ({ wire }) => hubFarClient(hub, wire.shape === 'messages' ? wire.will : undefined),
  };
}

/** A real one. */
export function realBroker({ url }: Pick<TestBroker, 'url'>, protocolVersion: 4 | 5): Broker {
  const { signal } = new AbortController();
  return {
    time: realTime,
    async connect() {
      const connection = await mqtt.open({ url, protocolVersion }, { clock: systemClock, signal });
      if (connection.shape !== 'messages') throw new Error('not a message connection');
      return connection;
    },
    async device({ wire }) {
      if (wire.shape !== 'messages') throw new Error('a device on a broker speaks messages');
      return await brokerFarClient(url, wire.will, signal, wire.protocolVersion);
    },
  };
}
