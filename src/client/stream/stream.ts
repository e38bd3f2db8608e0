import { type Clock, delay } from '../../clock.ts';
import { asError } from '../../errors.ts';
import { type Http, unexpectedParts } from '../http/http.ts';
import { BellcrankProblem } from '../http/problem.ts';
import { unreachable } from '../http/unreachable.ts';
import { BackOff } from './back-off.ts';
import type { StreamEvent, StreamType } from './events.ts';
import { EventParser, type ParsedEvent } from './parser.ts';
import { textOf } from './reader.ts';

/** What a stream is narrowed to; several of one kind are alternatives. */
export interface StreamFilter {
  readonly device?: string | readonly string[] | undefined;
  /** `room` or `room=lab`. */
  readonly label?: string | readonly string[] | undefined;
  readonly type?: StreamType | readonly StreamType[] | undefined;
}

export type StreamState = 'connecting' | 'open' | 'lost';

export interface StreamOptions {
  /** Ends the stream; iteration then ends as if it were over. */
  readonly signal?: AbortSignal | undefined;
  /** Begins after this event, without a snapshot. */
  readonly lastEventId?: number | undefined;
  /** Told at each change; `error` says why it was lost. */
  readonly onState?: ((state: StreamState, error?: Error) => void) | undefined;
}

/** What a stream is made of. */
export interface StreamParts {
  readonly http: Http;
  readonly clock: Clock;
  readonly random: () => number;
  /** How long connecting may take, in ms. */
  readonly timeoutMs: number;
}

/** The service tells that it is alive every 15 s; after two and a half of those it is taken for lost. */
const silenceMs = 37_500;
const defaultRetryMs = 1000;

/**
 * Follows `GET /v1/stream`, whatever becomes of the connection: connects again with back-off and resumes after the last
 * event. What could not be resumed is told by `gap`, and the snapshots after it.
 * @throws BellcrankProblem when the service refuses for good: 401, 403, 404, a filter that is not valid
 */
export async function* follow(
  parts: StreamParts,
  filter: StreamFilter,
  { signal = new AbortController().signal, lastEventId, onState }: StreamOptions,
): AsyncGenerator<StreamEvent, void, undefined> {
  const parser = new EventParser();
  if (lastEventId !== undefined) parser.lastEventId = String(lastEventId);
  const backOff = new BackOff(parts.random);
  while (!signal.aborted) {
    onState?.('connecting');
    const lost = yield* connection(parts, filter, { parser, backOff, signal, onState });
    if (signal.aborted) return;
    onState?.('lost', lost);
    const asked = lost instanceof BellcrankProblem ? lost.retryAfterMs : undefined;
    const pause = backOff.next(parser.retryMs ?? defaultRetryMs, asked);
    await delay(parts.clock, pause, signal).catch(() => {});
  }
}

interface Connection {
  readonly parser: EventParser;
  readonly backOff: BackOff;
  readonly signal: AbortSignal;
  readonly onState: StreamOptions['onState'];
}

/** One connection to its end; returns why it ended, and throws what another one would not mend. */
async function* connection(
  parts: StreamParts,
  filter: StreamFilter,
  { parser, backOff, signal, onState }: Connection,
): AsyncGenerator<StreamEvent, Error, undefined> {
  parser.reset();
  let reason = new Error('the service ended the stream');
  const attempt = new AbortController();
  const stop = (): void => attempt.abort(signal.reason);
  signal.addEventListener('abort', stop, { once: true });
  try {
    const response = await open(parts, filter, parser.lastEventId, attempt);
    onState?.('open');
    if (response.body === null) return reason;
    for await (const text of textOf(response.body, parts.clock, silenceMs)) {
      backOff.succeeded();
      for (const parsed of parser.push(text)) {
        if (parsed.type === 'bye') reason = new Error('the service is ending');
        else yield eventOf(parsed);
        if (signal.aborted) return reason;
      }
    }
    return reason;
  } catch (error) {
    if (signal.aborted) return reason;
    if (isFinal(error)) throw error;
    return error instanceof BellcrankProblem ? error : unreachable(parts.http.url, error, true);
  } finally {
    signal.removeEventListener('abort', stop);
    attempt.abort();
  }
}

async function open(
  { http, clock, timeoutMs }: StreamParts,
  { device, label, type }: StreamFilter,
  lastEventId: string,
  attempt: AbortController,
): Promise<Response> {
  // Only the way to the answer is timed: the body has no end.
  const late = (): void => attempt.abort(new Error(`no answer within ${timeoutMs} ms`));
  const timer = clock.timer(timeoutMs, late);
  try {
    const response = await http.fetch('GET', '/v1/stream', {
      query: { device: [device ?? []].flat(), label: [label ?? []].flat(), type: [type ?? []].flat() },
      headers: { accept: 'text/event-stream', ...(lastEventId === '' ? {} : { 'last-event-id': lastEventId }) },
      signal: attempt.signal,
    });
    if (response.status === 200 && isEventStream(response)) return response;
    throw new BellcrankProblem(unexpectedParts(response, ''));
  } finally {
    timer.cancel();
  }
}

function isEventStream({ headers }: Response): boolean {
  return /^text\/event-stream\b/.test(headers.get('content-type') ?? '');
}

/** Too much at once, or a service that is not itself just now, passes; what is wrong with the request does not. */
function isFinal(error: unknown): boolean {
  if (error instanceof StreamBroken || error instanceof RangeError) return true;
  if (!(error instanceof BellcrankProblem)) return false;
  return error.status < 500 && ![408, 425, 429].includes(error.status);
}

/** What came is no stream of Bellcrank’s. */
class StreamBroken extends Error {
  override readonly name = 'StreamBroken';
}

function eventOf({ type, data, id }: ParsedEvent): StreamEvent {
  const parsed = jsonOf(data);
  // The service’s own schemas say what an event of a type carries.
  return { type, data: parsed, id: id === undefined || !/^\d{1,16}$/.test(id) ? undefined : Number(id) } as StreamEvent;
}

function jsonOf(data: string): unknown {
  try {
    return JSON.parse(data);
  } catch (error) {
    throw new StreamBroken(`an event of the stream is no JSON: ${asError(error).message}`);
  }
}
