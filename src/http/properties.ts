import { onCommand, onDevice } from './access/declared.ts';
import { Type } from '@sinclair/typebox';
import type { Device } from '../device/device.ts';
import type { PropertySpec } from '../driver/spec.ts';
import { BellcrankError } from '../errors.ts';
import { type App, closed, DevicePath, Digits, DryRunQuery, NoQuery, type Services } from './routes.ts';
import { dryRun, sendCommand } from './sending.ts';
import { propertyView } from './views.ts';
import { withdrawal } from './withdrawal.ts';

const PropertyPath = Type.Composite([DevicePath, Type.Object({ name: Type.String({ maxLength: 100 }) })]);
const FreshQuery = closed({
  maxAgeMs: Type.Optional(Digits('Milliseconds, digits only: ask the device unless its value is younger.')),
});

export function propertyRoutes(app: App, services: Services): void {
  const { registry } = services;
  app.get(
    '/v1/devices/:id/properties',
    {
      config: onDevice('read'),
      schema: {
        tags: ['devices'],
        summary: 'All properties as they are known',
        operationId: 'listProperties',
        params: DevicePath,
        querystring: NoQuery,
      },
    },
    ({ params }) => {
      const device = registry.get(params.id);
      const items = Object.entries(device.model.properties).map(([name, spec]) => propertyView(device, name, spec));
      return { items };
    },
  );
  app.get(
    '/v1/devices/:id/properties/:name',
    { config: onDevice('read'), schema: { hide: true, params: PropertyPath, querystring: FreshQuery } },
    async (request, reply) => {
      const { params, query } = request;
      const device = registry.get(params.id);
      const spec = propertyOf(device, params.name);
      if (spec.access === 'write') {
        void reply.header('allow', 'PUT');
        throw new BellcrankError('method-not-allowed', `property ${params.name} can only be written`);
      }
      const maxAgeMs = query.maxAgeMs === undefined ? undefined : Number(query.maxAgeMs);
      await refresh(device, params.name, maxAgeMs, withdrawal(reply.raw));
      return propertyView(device, params.name, spec);
    },
  );
  app.put(
    '/v1/devices/:id/properties/:name',
    { config: onCommand, schema: { hide: true, params: PropertyPath, querystring: DryRunQuery } },
    (request, reply) => {
      const { id, name } = request.params;
      const { access } = propertyOf(registry.get(id), name);
      if (access === 'read') void reply.header('allow', 'GET, HEAD');
      const send = request.query.dryRun === 'true' ? dryRun : sendCommand;
      return send(services, request, reply, { device: id, command: `write:${name}`, params: request.body });
    },
  );
}

/** Asks the device when the client wants a fresh value, or none is known yet. */
async function refresh(device: Device, name: string, maxAgeMs: number | undefined, signal: AbortSignal): Promise<void> {
  const unread = device.reading(name).at === undefined && device.refusal() === undefined && device.canRead(name);
  if (maxAgeMs === undefined && !unread) return;
  const refusal = device.refusal();
  if (refusal !== undefined) throw refusal;
  await device.read(name, maxAgeMs ?? Number.MAX_SAFE_INTEGER, signal);
}

export function propertyOf(device: Device, name: string): PropertySpec {
  const { properties } = device.model;
  const spec = Object.hasOwn(properties, name) ? properties[name] : undefined;
  if (spec !== undefined) return spec;
  const undescribed = device.undescribed();
  if (undescribed !== undefined) throw undescribed;
  const known = Object.keys(properties).join(', ');
  throw new BellcrankError(
    'property-not-found',
    `the device has no property ${JSON.stringify(name.slice(0, 64))}; it has ${known}`,
  );
}
