import { type Clock, timeoutSignal } from '../../clock.ts';
import { messageOf } from '../../errors.ts';
import type { Transport } from '../../transport/transport.ts';
import type { Finding } from './finding.ts';

/** How long a broker may take to accept a client. */
const timeoutMs = 5000;

/** Connects to a broker as a client of no name of its own: that of the service would lose its connection. */
export async function checkBroker(
  connection: string,
  settings: unknown,
  mqtt: Transport,
  clock: Clock,
): Promise<Finding> {
  const about = { check: 'broker', of: connection } as const;
  const { clientId: _, presence: __, ...anonymous } = Object(settings) as Record<string, unknown>;
  const label = mqtt.label(settings);
  using timeout = timeoutSignal(clock, timeoutMs);
  try {
    const client = await mqtt.open(anonymous, { signal: timeout.signal, clock });
    await client.close();
    return { ...about, status: 'ok', detail: `${label} accepts a client` };
  } catch (error) {
    const why = timeout.signal.aborted ? `it did not answer within ${timeoutMs} ms` : messageOf(error);
    const advice = 'check its address, that it runs, and the user and password; devices on it stay offline until it answers';
    return { ...about, status: 'fail', detail: `${label} does not accept a client: ${why}`, advice };
  }
}
