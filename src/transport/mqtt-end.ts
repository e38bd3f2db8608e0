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
  const cut = clock.timer(farewellMs, () => client.stream.destroy());
  try {
    // MQTT.js waits without limit for answers that are outstanding.
    const inOrder = !force && isIdle(client) && (goodbye === undefined || (await say(client, goodbye)));
    await client.endAsync(!inOrder);
  } catch {
    client.stream.destroy();
  } finally {
    cut.cancel();
  }
}

function isIdle(client: MqttClient): boolean {
  return Object.keys(client.outgoing).length === 0;
}

/** Whether the broker has it; else the connection is gone. */
function say(client: MqttClient, { topic, payload, ...options }: Goodbye): Promise<boolean> {
  if (!client.connected) return Promise.resolve(false);
  return new Promise((resolve) => {
    client.once('close', () => resolve(false));
    client.publish(topic, payload, options, () => resolve(client.connected));
  });
}
