import { onSome } from '../access/declared.ts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import Negotiator from 'negotiator';
import type { OutgoingHttpHeaders } from 'node:http';
import { BellcrankError } from '../../errors.ts';
import type { App, Services } from '../routes.ts';
import { accessOf } from './access.ts';
import { StreamClient } from './client.ts';
import { Clients } from './clients.ts';
import { Following } from './following.ts';
import { filterOf, lastIdOf, StreamQuery } from './query.ts';

const mediaType = 'text/event-stream';

export interface StreamRules {
  readonly maxClients: number;
}

/** Everything as it happens, as server-sent events (HTML Standard §9.2). Returns all who follow, whatever of it they read. */
export function streamRoutes(app: App, services: Services, { maxClients }: StreamRules): Clients {
  const clients = new Clients(services.clock, maxClients, services.metrics.readers);
  app.addHook('preClose', (done) => {
    clients.close();
    done();
  });
  app.get(
    '/v1/stream',
    {
      config: onSome('read'),
      schema: {
        tags: ['stream'],
        summary: 'How things stand, and then everything as it happens, as server-sent events',
        operationId: 'followStream',
        querystring: StreamQuery,
      },
    },
    async (request, reply) => {
      const filter = filterOf(request.query);
      const lastId = lastIdOf(request.headers['last-event-id'], request.query.lastEventId);
      assertAcceptable(request);
      if (request.method === 'HEAD') return await withStreamHeaders(reply).send('');
      clients.assertRoom(request.caller);
      const client = openStream(reply, services);
      const following = new Following({ sources: services, client, filter, access: accessOf(request.caller), lastId });
      const leave = clients.add(following, request.caller);
      client.onClose(() => {
        leave();
        following.close();
      });
      await following.begin().catch((error: unknown) => {
        services.log.error({ err: error }, 'a reader of the stream could not be told');
        client.overrun();
      });
      return reply;
    },
  );
  return clients;
}

/** From here on the response is the stream's. */
export function openStream(reply: FastifyReply, { clock, metrics }: Services): StreamClient {
  const { raw } = withStreamHeaders(reply).hijack();
  raw.writeHead(200, reply.getHeaders() as OutgoingHttpHeaders); // what Fastify would write them with
  return new StreamClient(raw, clock, () => metrics.readers.slow++);
}

export function withStreamHeaders(reply: FastifyReply): FastifyReply {
  return (
    reply
      .type(`${mediaType}; charset=utf-8`)
      .header('cache-control', 'no-store')
      .header('x-content-type-options', 'nosniff')
      .header('vary', 'accept')
      // Proxies of this kind collect an answer before they hand it on, unless they are told.
      .header('x-accel-buffering', 'no')
  );
}

export function assertAcceptable({ raw }: FastifyRequest): void {
  if (new Negotiator(raw).mediaType([mediaType]) !== undefined) return;
  throw new BellcrankError('not-acceptable', `the stream is served as ${mediaType}; accept that`);
}
