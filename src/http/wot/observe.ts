import { onDevice } from '../access/declared.ts';
import { Type } from '@sinclair/typebox';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Device } from '../../device/device.ts';
import { BellcrankError } from '../../errors.ts';
import { propertyOf } from '../properties.ts';
import type { StreamEntry } from '../../stream/index.ts';
import { type App, DevicePath, NoQuery, type Services } from '../routes.ts';
import type { Clients } from '../stream/clients.ts';
import { lastIdOf } from '../stream/query.ts';
import { assertAcceptable, openStream, withStreamHeaders } from '../stream/routes.ts';
import { eventFrame, firstValue, propertyFrame } from './frames.ts';
import { type Observed, Observing } from './observing.ts';

const NamedPath = Type.Composite([
  DevicePath,
  Type.Object({ name: Type.String({ maxLength: 100, description: 'A property or an event of the device.' }) }),
]);

const tags = ['web of things'];

/** Properties and events as they come, one by one, for the SSE forms of a Thing Description. */
export function wotObservingRoutes(app: App, services: Services, clients: Clients): void {
  const { registry } = services;
  app.get(
    '/v1/devices/:id/wot/properties/:name/observe',
    {
      config: onDevice('read'),
      schema: {
        tags,
        summary: 'The value as it is, and whenever it is told anew, as server-sent events',
        operationId: 'observeValue',
        params: NamedPath,
        querystring: NoQuery,
      },
    },
    (request, reply) =>
      observe(
        { services, clients, request, reply },
        observedProperty(registry.get(request.params.id), request.params.name),
      ),
  );
  app.get(
    '/v1/devices/:id/wot/events/:name',
    {
      config: onDevice('read'),
      schema: {
        tags,
        summary: 'What comes with the event, whenever it happens, as server-sent events',
        operationId: 'subscribeEvent',
        params: NamedPath,
        querystring: NoQuery,
      },
    },
    (request, reply) =>
      observe(
        { services, clients, request, reply },
        observedEvent(registry.get(request.params.id), request.params.name),
      ),
  );
}

interface Asked {
  readonly services: Services;
  readonly clients: Clients;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

async function observe({ services, clients, request, reply }: Asked, observed: Observed): Promise<FastifyReply> {
  const lastId = lastIdOf(request.headers['last-event-id'], undefined);
  assertAcceptable(request);
  if (observed.device.simulated) void reply.header('bellcrank-simulated', 'true');
  if (request.method === 'HEAD') return await withStreamHeaders(reply).send('');
  clients.assertRoom(request.caller);
  const client = openStream(reply, services);
  const { stream, registry } = services;
  const observing = new Observing({ stream, registry, caller: request.caller, client, observed, lastId });
  const leave = clients.add(observing, request.caller);
  client.onClose(() => {
    leave();
    observing.close();
  });
  return reply;
}

function observedProperty(device: Device, name: string): Observed {
  if (propertyOf(device, name).access === 'write') {
    throw new BellcrankError('not-found', `property ${name} can only be written: there is nothing to observe`);
  }
  const first = (id: number): string => firstValue(device, name, id);
  const frame = (entry: StreamEntry): string => propertyFrame(device, name, entry);
  return { device, type: 'property', name, frame, first };
}

function observedEvent(device: Device, name: string): Observed {
  const { events } = device.model;
  if (Object.hasOwn(events, name)) return { device, type: 'event', name, frame: eventFrame, first: () => '' };
  const undescribed = device.undescribed();
  if (undescribed !== undefined) throw undescribed;
  const known = Object.keys(events);
  const has = known.length === 0 ? 'it has none' : `it has ${known.join(', ')}`;
  throw new BellcrankError('not-found', `the device has no event ${JSON.stringify(name.slice(0, 64))}; ${has}`);
}
