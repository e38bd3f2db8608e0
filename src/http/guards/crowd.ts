import type { FastifyInstance, FastifyRequest } from 'fastify';
import { BellcrankError } from '../../errors.ts';
import type { Connections } from '../listening/connections.ts';

/** Turns away who comes when there are too many, but for a stop. */
export function guardCrowd(app: FastifyInstance, connections: Connections): void {
  app.addHook('onRequest', (request, reply, done) => {
    if (!connections.isBeyond(request.raw.socket) || isExempt(request)) return done();
    void reply.header('connection', 'close');
    const detail = 'there are too many connections; close those that you do not need, and try again later';
    done(new BellcrankError('overloaded', detail, { retryAfterMs: 1000 }));
  });
}

/** What no limit holds up: a stop, and the question whether the service lives. */
export function isExempt(request: FastifyRequest): boolean {
  return isStop(request) || (request.routeOptions.url ?? '').startsWith('/health/');
}

export function isStop({ method, routeOptions: { url } }: FastifyRequest): boolean {
  return method === 'POST' && (url === '/v1/stop' || url === '/v1/devices/:id/stop');
}
