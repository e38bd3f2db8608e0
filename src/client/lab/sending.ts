import { answerWith, type Http, type RequestOptions } from '../http/http.ts';
import { BellcrankProblem, commandError, errorOfCommand } from '../http/problem.ts';
import type { CommandView, DryRunView } from '../types.ts';
import { newKey } from './key.ts';
import type { DryRunOptions, SendOptions } from './shape.ts';
import { commandOf, endOf, type Waiting } from './waiting.ts';

/** The longest that the service holds a request open, in seconds. */
const maxHeldSeconds = 30;

export interface Sending extends Waiting {
  /** How long a request may take without the waiting, in ms. */
  readonly timeoutMs: number;
}

/** What is sent: a command's parameters, or a property's value. */
export interface Target {
  readonly method: 'POST' | 'PUT';
  readonly path: string;
  readonly body: unknown;
}

/**
 * Sends a command once, and follows it to its end. It has a key in any case: browsers send a request again by themselves when
 * a connection breaks that was used before, whatever its method.
 * @throws CommandError by its outcome, with the command as it stands
 */
export async function send(sending: Sending, target: Target, options: SendOptions = {}): Promise<CommandView> {
  const { clock, timeoutMs } = sending;
  const { async = false, wait, signal, idempotencyKey = newKey() } = options;
  if (wait !== undefined && !(wait >= 0)) throw new TypeError('wait must be a number of seconds, 0 or more');
  const startedAt = clock.monotonic();
  const held = Math.min(wait ?? (async ? 0 : maxHeldSeconds), maxHeldSeconds);
  const { status, body } = await request(sending, target, {
    headers: headersOf(
      { ...options, idempotencyKey },
      async || wait !== undefined ? preferenceOf(async, wait) : undefined,
    ),
    signal,
    timeoutMs: timeoutMs + held * 1000,
  });
  if (status !== 202) return body;
  if (async && wait === undefined) return body;
  const waitMs = wait === undefined ? undefined : Math.max(0, wait * 1000 - (clock.monotonic() - startedAt));
  const end = waitMs === 0 ? body : await endOf(sending, body.id, { waitMs, signal }).catch(unlearnt(body));
  if (end.state === 'ended' && end.outcome !== 'succeeded') throw errorOfCommand(end);
  return end;
}

export async function dryRun(
  sending: Sending,
  { method, path, body }: Target,
  options: DryRunOptions = {},
): Promise<DryRunView> {
  const more = { query: { dryRun: true }, body, headers: headersOf(options, undefined), signal: options.signal };
  return answerWith(await sending.http.request<DryRunView>(method, path, more), 'complete').body;
}

function preferenceOf(async: boolean, wait: number | undefined): string {
  const seconds = wait === undefined ? [] : [`wait=${Math.min(Math.floor(wait), maxHeldSeconds)}`];
  return [...(async ? ['respond-async'] : []), ...seconds].join(', ');
}

function headersOf(options: SendOptions, prefer: string | undefined): Record<string, string> {
  const { idempotencyKey, timeoutMs, leaseToken } = options;
  return {
    ...(prefer === undefined ? {} : { prefer }),
    ...(idempotencyKey === undefined ? {} : { 'idempotency-key': quoted(idempotencyKey) }),
    ...(timeoutMs === undefined ? {} : { 'request-timeout': secondsOf(timeoutMs) }),
    ...(leaseToken === undefined ? {} : { 'lease-token': leaseToken }),
  };
}

/** A String of structured fields (RFC 9651 §4.1.6). */
function quoted(key: string): string {
  if (!/^[ -~]{1,255}$/.test(key)) throw new TypeError('idempotencyKey must be 1 to 255 printable ASCII characters');
  return `"${key.replaceAll(/["\\]/g, String.raw`\$&`)}"`;
}

/** Seconds with three decimals at most. */
function secondsOf(ms: number): string {
  if (!(ms >= 1 && ms <= 86_400_000)) throw new TypeError('timeoutMs must be 1 to 86,400,000 milliseconds');
  return String(Math.round(ms) / 1000);
}

async function request(sending: Sending, { method, path, body }: Target, more: RequestOptions) {
  try {
    const answer = await sending.http.request<CommandView>(method, path, { ...more, body });
    return answerWith(answer, 'id', 'state');
  } catch (error) {
    throw error instanceof BellcrankProblem ? await told(sending.http, error) : error;
  }
}

/** It was accepted: why its end cannot be learnt says nothing of what became of it, nor that it may be sent again. */
function unlearnt(command: CommandView): (error: unknown) => never {
  return (error) => {
    if (!(error instanceof BellcrankProblem)) throw error;
    const { code, status, title, detail, problem } = error;
    const parts = { code, status, title, detail, problem, commandId: command.id, retryable: false };
    throw commandError(parts, { outcome: 'unknown', command });
  };
}

/** By its outcome, and with the command where it is on record. */
async function told(http: Http, error: BellcrankProblem): Promise<BellcrankProblem> {
  const { code, commandId } = error;
  // What answered in the service's place may have handed the command on before.
  if (code === 'unexpected-answer') return commandError(error, { outcome: 'unknown' });
  // It was sent again on the way here, and the first of the two is under way.
  if (code === 'idempotency-in-flight') return commandError(error, { outcome: 'unknown' });
  if (commandId === undefined) return commandError(error);
  return commandError(error, { command: await commandOf(http, commandId).catch(() => undefined) });
}
