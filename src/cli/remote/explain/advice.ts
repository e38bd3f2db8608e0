import type { BellcrankProblem, LeaseView } from '../../../client/index.ts';
import { timeoutSignal } from '../../../clock.ts';
import { suggestion } from '../../../yaml/suggest.ts';
import { ago } from '../output/time.ts';
import type { Service } from '../service.ts';

/** How long looking for advice may take. */
const adviceMs = 1500;

interface Case {
  readonly error: BellcrankProblem;
  readonly service: Service;
  /** Empty where the problem is none of a device. */
  readonly device: string;
  readonly signal: AbortSignal;
}

type Advice = (situation: Case) => string | Promise<string>;

/** What to do about a problem, by its code. */
const advice: Readonly<Record<string, Advice>> = {
  unauthenticated: keyAdvice,
  forbidden: keyAdvice,
  'device-not-found': nearestDevice,
  leased: holder,
  'precondition-failed': ({ device }) =>
    `A lease that is lost stays lost. Look at the device, then take a new one: bellcrank lease take ${device}`,
  stopped: ({ device }) => `When it is safe, release the stop: bellcrank stop ${device} --release`,
  disabled: ({ device }) => `It is enabled over HTTP: PATCH /v1/devices/${device} {"enabled": true}`,
  interlocked: ({ device }) => `What guards the device, and how it stands now: bellcrank devices ${device}`,
  'device-offline': ({ device }) => `Its state, and what keeps it away: bellcrank devices ${device}`,
  'no-value': ({ device }) => `What is known of it, and since when: bellcrank get ${device}`,
  'queue-full': retry,
  'rate-limited': retry,
  overloaded: retry,
  'issuer-unavailable': retry,
  busy: retry,
  'idempotency-in-flight': () => 'The first one with this key is still under way: ask again with the same key.',
  'idempotency-mismatch': () => 'This key stands for another command; take a new one for this one.',
  'unexpected-answer': ({ service }) => `Is it Bellcrank that answers at ${service.connection.url}?`,
};

/** Lines that say what to do; none where there is nothing to say. */
export async function adviceFor(error: BellcrankProblem, service: Service, device = ''): Promise<readonly string[]> {
  const find = Object.hasOwn(advice, error.code) ? advice[error.code] : undefined;
  if (find === undefined) return [];
  using timeout = timeoutSignal(service.context.clock, adviceMs);
  try {
    const text = await find({ error, service, device, signal: timeout.signal });
    return text === '' ? [] : [text];
  } catch {
    // What went wrong is told; there is nothing to add.
    return [];
  }
}

function keyAdvice({ error, service }: Case): string {
  const { keyFrom } = service.connection;
  if (error.code === 'forbidden') return '';
  if (keyFrom !== undefined) return `The key of ${keyFrom} was not taken.`;
  return 'No key was sent; name one with --api-key-file, BELLCRANK_API_KEY or a profile (docs/cli.md).';
}

async function nearestDevice({ service, device, signal }: Case): Promise<string> {
  const ids = (await service.lab.devices({ signal })).map(({ id }) => id);
  const meant = suggestion(device, ids).replace(/^; /, '');
  return `${meant.slice(0, 1).toUpperCase()}${meant.slice(1)}`;
}

async function holder({ service, device, signal }: Case): Promise<string> {
  const { body: lease } = await service.lab.http.request<LeaseView>('GET', `/v1/devices/${device}/lease`, { signal });
  const taken = ago(lease.grantedAt, service.context.clock.now());
  return [
    `It was taken ${taken}, and is free at ${lease.expiresAt} unless it is renewed.`,
    `To take it from ${lease.holder}: bellcrank lease take ${device} --steal`,
  ].join(' ');
}

function retry({ error: { retryAfterMs } }: Case): string {
  return retryAfterMs === undefined ? 'Try again later.' : `Try again in ${Math.ceil(retryAfterMs / 1000)} s.`;
}
