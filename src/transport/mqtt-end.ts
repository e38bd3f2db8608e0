import { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { MqttClient } from 'mqtt';
import type { Clock } from '../clock.ts';

/** Longest wait for what is said last to leave and the broker to close before the socket is cut. */
const farewellMs = 500;

/** A last message, for a client that ends in order. */
export interface Goodbye {
  readonly topic: string;
  readonly payload: string;
  readonly qos: 0 | 1;
  readonly retain: boolean;
}

/**
 * In order: with a goodbye, if it is idle. By closing its socket, after which the kernel still delivers what it has taken.
 * Or by resetting it, after which it delivers nothing more: a network that heals would get what is minutes old. For both
 * of the latter the broker tells the last will.
 */
export type Ending = 'in order' | 'close' | 'reset';

/** Ends a client for good. Never rejects. */
export async function endClient(client: MqttClient, ending: Ending, clock: Clock, goodbye?: Goodbye): Promise<void> {
  const timer = clock.timer(farewellMs, () => reset(client));
  try {
    // MQTT.js waits without limit for answers that are outstanding.
    const idle = ending === 'in order' && Object.keys(client.outgoing).length === 0;
    const inOrder = idle && (goodbye === undefined || (await say(client, goodbye)));
    if (ending === 'reset') reset(client);
    await client.endAsync(!inOrder);
  } catch {
    reset(client);
  } finally {
    timer.cancel();
  }
}

/** TLS and WebSockets do not give access to their sockets. */
function reset({ stream }: MqttClient): void {
  if (stream instanceof Socket && !(stream instanceof TLSSocket)) stream.resetAndDestroy();
  else stream.destroy();
}

/** Whether the broker has it; else the connection is gone. */
function say(client: MqttClient, { topic, payload, ...options }: Goodbye): Promise<boolean> {
  if (!client.connected) return Promise.resolve(false);
  return new Promise((resolve) => {
    client.once('close', () => resolve(false));
    client.publish(topic, payload, options, () => resolve(client.connected));
  });
}
