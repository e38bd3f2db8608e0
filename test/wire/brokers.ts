import { onTestFinished } from 'vitest';
import { startBroker } from '../../simulators/wire/broker.ts';
import { needs } from '../support/needs.ts';
import { startMosquitto } from './mosquitto.ts';

/** A broker that can go away and come back on its port. */
export interface TestBroker {
  readonly url: string;
  readonly port: number;
  stop(): Promise<void>;
  start(): Promise<void>;
}

/** The broker that is built in, and the one that many use, in both versions of the protocol. */
export const brokers = [
  { name: 'aedes, MQTT 3.1.1', skip: false, protocolVersion: 4, start: aedes },
  { name: 'Mosquitto, MQTT 3.1.1', skip: !needs('mosquitto', 'MQTT 3.1.1'), protocolVersion: 4, start: mosquitto },
  { name: 'Mosquitto, MQTT 5.0', skip: !needs('mosquitto', 'MQTT 5.0'), protocolVersion: 5, start: mosquitto },
] as const;

async function aedes(): Promise<TestBroker> {
  let broker = await startBroker();
  const { url, port } = broker;
  onTestFinished(() => broker.close());
  return {
    url,
    port,
    stop: () => broker.close(),
    async start() {
      broker = await startBroker({ port });
    },
  };
}

async function mosquitto(): Promise<TestBroker> {
  const broker = await startMosquitto();
  return { ...broker, url: `mqtt://127.0.0.1:${broker.port}` };
}
