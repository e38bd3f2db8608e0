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
 * Ends a client for good: with a goodbye if it is idle and not forced, else by cutting the socket, for which the broker
 * tells its last will. Never rejects.
 */
export async function endClient(client: MqttClient, force: boolean, clock: Clock, goodbye?: Goodbye): Promise<void> {
  // MQTT.js waits without limit for answers that are outstanding.
  const waiting = Object.keys(client.outgoing).length > 0;
  const cut = clock.timer(farewellMs, () => client.stream.destroy());
  try {
    if (goodbye !== undefined && !force && !waiting && client.connected) await say(client, goodbye);
    await client.endAsync(force || waiting);
  } catch {
    client.stream.destroy();
  } finally {
    cut.cancel();
  }
}

/** Until the broker has it, or the connection is gone. */
async function say(client: MqttClient, { topic, payload, ...options }: Goodbye): Promise<void> {
  await new Promise<void>((resolve) => {
    client.once('close', () => resolve());
    client.publish(topic, payload, options, () => resolve());
  });
}
