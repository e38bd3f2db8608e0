import { createHash } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { thingDescription } from '../../describe/thing.ts';
import { BellcrankError } from '../../errors.ts';
import { matchesEtag } from '../openapi-etag.ts';
import { type App, DevicePath, NoQuery, type Services } from '../routes.ts';
import { maxWaitSeconds } from '../sending.ts';

/** `GET /v1/devices/{id}/td`: what a device is and how it is reached, for consumers of the Web of Things. */
export function thingDescriptionRoutes(app: App, { registry }: Services): void {
  app.get(
    '/v1/devices/:id/td',
    {
      schema: {
        tags: ['web of things'],
        summary: 'A W3C Thing Description of the device',
        operationId: 'getThingDescription',
        params: DevicePath,
        querystring: NoQuery,
      },
    },
    (request, reply) => {
      const device = registry.get(request.params.id);
      const undescribed = device.undescribed();
      if (undescribed !== undefined) throw undescribed;
      const origin = originOf(request);
      const td = thingDescription({ device, origin, credentials: [], maxWaitMs: maxWaitSeconds * 1000 });
      const text = JSON.stringify(td);
      const etag = `"${createHash('sha256').update(text).digest('base64url')}"`;
      void reply.header('etag', etag).header('cache-control', 'no-cache');
      if (matchesEtag(request.headers['if-none-match'], etag)) return reply.code(304).send();
      return reply.type('application/td+json; charset=utf-8').serializer(String).send(text);
    },
  );
}

/** As the client reaches the service; the guard has seen to it that the host is one of ours. */
function originOf({ protocol, headers }: FastifyRequest): string {
  const origin = URL.parse(`${protocol}://${headers.host ?? ''}`)?.origin;
  if (origin !== undefined) return origin;
  throw new BellcrankError('invalid-request', 'the Host header is not a host and a port');
}
