import type { MqttClient } from 'mqtt';
import type { Clock } from '../clock.ts';

/** Longest wait for DISCONNECT to leave and the broker to close before the socket is cut. */
const farewellMs = 500;

/** Ends a client for good: with a goodbye if it is idle and not forced, else by cutting the socket. Never rejects. */
export async function endClient(client: MqttClient, force: boolean, clock: Clock): Promise<void> {
  // MQTT.js waits without limit for answers that are outstanding.
  const waiting = Object.keys(client.outgoing).length > 0;
  const cut = clock.timer(farewellMs, () => client.stream.destroy());
  try {
    await client.endAsync(force || waiting);
  } catch {
    client.stream.destroy();
  } finally {
    cut.cancel();
  }
}
