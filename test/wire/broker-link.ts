import { brokerFarClient, type FarWill, type RunningFarClient } from '../../simulators/wire/far-client.ts';
import { systemClock } from '../../src/clock.ts';
import type { MessageConnection } from '../../src/transport/connection.ts';
import { mqtt } from '../../src/transport/index.ts';
import type { brokers, TestBroker } from './brokers.ts';

/** Two clients of one broker: the driver's, and the device's. */
export interface BrokerLink {
  readonly near: MessageConnection;
  readonly far: RunningFarClient;
  /** The device is gone without a word: its last will speaks. */
  kill(): Promise<void>;
  close(): Promise<void>;
}

type Spoken = Parameters<typeof brokerFarClient>[3];

/** Connects a driver and a device by a broker of its own; the device with its last will. */
export function linkOver({
  start,
  protocolVersion,
}: Pick<(typeof brokers)[number], 'protocolVersion'> & { readonly start: () => Promise<TestBroker> }) {
  return async (will: FarWill, spoken?: Spoken): Promise<BrokerLink> => {
    const { signal } = new AbortController();
    const { url } = await start();
    const near = await mqtt.open({ url, protocolVersion }, { clock: systemClock, signal });
    if (near.shape !== 'messages') throw new Error('not a message connection');
    const far = await brokerFarClient(url, will, signal, spoken);
    return {
      near,
      far,
      kill: () => far.kill(),
      close: async () => void (await Promise.all([near.close(), far.close()])),
    };
  };
}
