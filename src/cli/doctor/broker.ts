import { timeoutSignal } from '../../clock.ts';
import { messageOf } from '../../errors.ts';
import type { Transport } from '../../transport/transport.ts';
import type { Finding } from './finding.ts';
import type { Host } from './host.ts';

/** How long a broker may take to accept a client. */
const timeoutMs = 5000;

/** Connects to a broker once, by a name of its own: by that of the service it would take its place. Nothing is published. */
export async function checkBroker(
  connection: string,
  settings: unknown,
  mqtt: Transport,
  { clock, signal }: Pick<Host, 'clock' | 'signal'>,
): Promise<Finding> {
  const about = { check: 'broker', of: connection } as const;
  const { clientId: _, presence: __, ...own } = Object(settings) as Record<string, unknown>; // valid: an object
  const label = mqtt.label(settings);
  using timeout = timeoutSignal(clock, timeoutMs);
  try {
    const client = await mqtt.open(own, { signal: AbortSignal.any([timeout.signal, signal]), clock });
    await client.close();
    return { ...about, status: 'ok', detail: `${label} accepts a client` };
  } catch (error) {
    if (signal.aborted) return { ...about, status: 'unchecked', detail: `${label} had not answered when it was ended` };
    const detail = timeout.signal.aborted ? `${label} did not answer within ${timeoutMs} ms` : messageOf(error);
    const advice = 'devices on it stay offline: check that it runs, its address, and user, password and certificates';
    return { ...about, status: 'fail', detail, advice };
  }
}
