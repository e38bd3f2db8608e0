import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Clock } from '../../clock.ts';

/** So long requests begin to be answered in one turn. */
const turnMs = 25;
/** After a turn that took longer, this part of its time is for whoever is waiting to be let in and read. */
const restPart = 0.05;
const restMs = { least: 1, most: 20 } as const;
/** Begun together, where there is time: each is over before the next one begins. */
const atOnce = 50;

const stop = /\/stop(\?|$)/;

/**
 * Has requests answered in turns: hundreds that come at once would else be answered before the next one is read, which may be a
 * stop. What a turn has no time for waits for the next one, and a stop for nothing. Between two of them is a rest, since a turn of the
 * event loop lets in a single connection.
 */
export function inTurns(handler: RequestListener, clock: Pick<Clock, 'monotonic' | 'timer'>): RequestListener {
  const waiting: [IncomingMessage, ServerResponse][] = [];
  let begunAt: number | undefined;
  let isResting = false;
  const hasTime = (): boolean => {
    const now = clock.monotonic();
    if (begunAt !== undefined) return now - begunAt < turnMs;
    begunAt = now;
    setImmediate(over);
    return true;
  };
  const over = (): void => {
    const tookMs = clock.monotonic() - (begunAt ?? Infinity);
    if (tookMs < turnMs) return next();
    isResting = true;
    clock.timer(Math.min(restMs.most, Math.max(restMs.least, tookMs * restPart)), () => {
      isResting = false;
      next();
    });
  };
  const next = (): void => {
    begunAt = undefined;
    for (let count = Math.min(waiting.length, atOnce); count > 0; count--) setImmediate(begin);
  };
  const begin = (): void => {
    if (isResting || !hasTime()) return;
    const [request, response] = waiting.shift() ?? [];
    // Whoever has gone wants nothing any more.
    if (request !== undefined && response !== undefined && !request.socket.destroyed) handler(request, response);
  };
  return (request, response) => {
    if (isStop(request) || (!isResting && waiting.length === 0 && hasTime())) handler(request, response);
    else waiting.push([request, response]);
  };
}

function isStop({ method, url = '' }: IncomingMessage): boolean {
  return method === 'POST' && stop.test(url);
}
