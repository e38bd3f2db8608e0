import type { MqttClient } from 'mqtt';
import type { Clock } from '../clock.ts';
import { BellcrankError } from '../errors.ts';
import type { Lifecycle } from './lifecycle.ts';
import type { FilterRequest } from './mqtt-request.ts';
import { FilterRequests } from './mqtt-requests.ts';
import type { ReadAhead } from './read-ahead.ts';

/** MQTT 5.0 §3.8.2.1.2. */
const maxIdentifier = 268_435_455;
const maxRequestBytes = 64 * 1024;
/** Fixed header, packet identifier and properties of a SUBSCRIBE. */
const headerBytes = 16;

export interface AskingOptions {
  readonly label: string;
  readonly clock: Clock;
  /** Longest wait for an answer. */
  readonly answerMs: number;
  readonly filtersPerSubscribe: number;
  /** Through which the client reads. */
  readonly ahead: Pick<ReadAhead, 'caughtUp'>;
}

/** How a connected client asks its broker for filters. */
export function filterRequests(client: MqttClient, life: Lifecycle, options: AskingOptions): FilterRequests {
  let last = 0;
  const identifiers = client.serverProperties?.subscriptionIdentifiersAvailable !== false;
  const most = client.serverProperties?.maximumPacketSize ?? maxRequestBytes;
  return new FilterRequests({
    limits: { filters: options.filtersPerSubscribe, bytes: Math.min(most, maxRequestBytes) - headerBytes },
    identifier() {
      if (client.options.protocolVersion !== 5 || !identifiers) return undefined;
      last = (last % maxIdentifier) + 1;
      return last;
    },
    send: (request) => answered(life, options, wordsFor(request), () => ask(client, request)),
    refusal: (filter, code) => subscribeRefusal(filter, code),
  });
}

function ask(client: MqttClient, request: FilterRequest): Promise<readonly number[]> {
  const { filters, qos, identifier } = request;
  return new Promise((resolve, reject) => {
    if (request.kind === 'unsubscribe') {
      client.unsubscribe(filters, (error) => (error ? reject(error) : resolve([])));
      return;
    }
    const properties = identifier === undefined ? {} : { properties: { subscriptionIdentifier: identifier } };
    client.subscribe(filters, { qos, ...properties }, (error, _, packet) => {
      // MQTT.js fails as a whole when one filter is refused.
      const granted = packet?.granted.map(Number);
      if (granted?.length === filters.length) resolve(granted);
      else reject(error ?? new Error('the broker’s answer does not fit what was asked'));
    });
  });
}

function wordsFor({ kind, filters }: FilterRequest): string {
  const [first = '', ...others] = filters;
  const all = `${first.slice(0, 200)}${others.length > 0 ? ` and ${others.length} more` : ''}`;
  return kind === 'subscribe' ? `subscribing to ${all}` : `unsubscribing from ${all}`;
}

/** Asks the broker something and waits for its answer, bounded. */
async function answered<T>(
  life: Lifecycle,
  { label, clock, answerMs, ahead }: AskingOptions,
  what: string,
  begin: () => Promise<T>,
): Promise<T> {
  const late = new AbortController();
  const giveUp = (): void =>
    late.abort(new BellcrankError('device-timeout', `${label} did not answer ${what} within ${answerMs} ms`));
  // The answer may have been read, and wait.
  const timer = clock.timer(answerMs, () => void ahead.caughtUp().then(giveUp));
  try {
    return await life.run(begin, late.signal);
  } finally {
    timer.cancel();
  }
}

/** MQTT 5.0 §3.9.3: 128 and above. */
function subscribeRefusal(filter: string, code: number): Error {
  const text = `the broker refused the subscription to ${filter} (reason ${code}); may this user read it?`;
  return new BellcrankError('device-refused', text, { device: { code: String(code), text } });
}
