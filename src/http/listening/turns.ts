import type { IncomingMessage, RequestListener } from 'node:http';
import type { Clock } from '../../clock.ts';

/** So long requests begin to be answered in one turn of the event loop. */
const turnMs = 10;

const stop = /\/stop(\?|$)/;

/**
 * Has requests answered in turns of the event loop: hundreds that come at once would else be answered before the next one is
 * read, which may be a stop. What a turn has no time for comes after that; a stop waits for nothing.
 */
export function inTurns(handler: RequestListener, clock: Pick<Clock, 'monotonic'>): RequestListener {
  let begunAt: number | undefined;
  const over = (): void => void (begunAt = undefined);
  const hasTime = (): boolean => {
    const now = clock.monotonic();
    if (begunAt !== undefined) return now - begunAt < turnMs;
    begunAt = now;
    setImmediate(over);
    return true;
  };
  const take: RequestListener = (request, response) => {
    if (isStop(request) || hasTime()) handler(request, response);
    else setImmediate(takeLater, request, response);
  };
  const takeLater: RequestListener = (request, response) => {
    // Whoever has gone wants nothing any more.
    if (!request.socket.destroyed) take(request, response);
  };
  return take;
}

function isStop({ method, url = '' }: IncomingMessage): boolean {
  return method === 'POST' && stop.test(url);
}
