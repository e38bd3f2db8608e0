import { BellcrankError } from '../../errors.ts';
import { factsOf, isOfStop, type RouteFacts } from '../route-facts.ts';
import type { Connections } from '../listening/connections.ts';
import type { Way } from '../way.ts';

/** Turns away who comes when there are too many, but for a stop, and what leads to one as long as there is room for it. */
export function guardCrowd(way: Way, connections: Connections): void {
  way.guard((request, reply) => {
    const serves = connections.serves(request.raw.socket);
    if (serves === 'anything') return;
    const facts = factsOf(request);
    if (facts.isExempt || (serves === 'the page' && leadsToStop(request.method, facts))) return;
    void reply.header('connection', 'close');
    const detail = 'there are too many connections; close those that you do not need, and try again later';
    throw new BellcrankError('overloaded', detail, { retryAfterMs: 1000 });
  });
}

/** The page with Stop, signing in there, and to take a stop back. */
function leadsToStop(method: string, { url }: RouteFacts): boolean {
  if (method === 'DELETE') return url === '/v1/session' || isOfStop(url);
  if (url === '/v1/session') return true;
  return method === 'GET' && (url === '/' || url === '/v1/me' || url.startsWith('/assets/'));
}
