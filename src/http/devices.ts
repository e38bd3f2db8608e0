import { onDevice, onSome } from './access/declared.ts';
import type { Caller } from '../access/caller.ts';
import type { DeviceRef } from '../access/scope.ts';
import { demandOfAll, mayRead } from './access/seen.ts';
import { type Static, Type } from '@sinclair/typebox';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Manager } from '../command/managed-devices.ts';
import type { Device } from '../device/device.ts';
import type { DeviceState } from '../device/state.ts';
import type { NewDevice } from '../device/settings.ts';
import type { Wishes } from '../discovery/adoption.ts';
import { BellcrankError, type InputError } from '../errors.ts';
import { leaseTokenOf } from './headers/lease-token.ts';
import {
  type App,
  closed,
  cursor,
  defaultPage,
  DevicePath,
  idPattern,
  NoQuery,
  paging,
  type Services,
} from './routes.ts';
import { deviceDetailView, deviceView } from './views.ts';

const Labels = Type.Record(
  Type.String({ pattern: '^[a-zA-Z0-9][a-zA-Z0-9._/-]{0,62}$' }),
  Type.String({ maxLength: 200 }),
  {
    maxProperties: 32,
    additionalProperties: false,
    description: 'Free labels to find devices by.',
  },
);

const changeable = {
  labels: Type.Optional(Labels),
  enabled: Type.Optional(Type.Boolean({ description: 'A disabled device is not connected.' })),
};

const NewDeviceBody = closed({
  candidate: Type.Optional(
    Type.String({
      maxLength: 100,
      description: 'One of GET /v1/discovery; in place of `driver` and `connection`, which it knows.',
    }),
  ),
  id: Type.Optional(
    Type.String({
      pattern: idPattern,
      description: 'Lower case letters, digits and hyphens. Required without a candidate; else made of its name.',
    }),
  ),
  driver: Type.Optional(
    Type.String({ maxLength: 100, description: 'One of GET /v1/models. Required without a candidate.' }),
  ),
  connection: Type.Optional(Type.String({ maxLength: 100, description: 'A connection of the configuration.' })),
  options: Type.Optional(
    Type.Record(Type.String(), Type.Unknown(), {
      description: 'What the driver wants to know; with a candidate, beside what that knows.',
    }),
  ),
  limits: Type.Optional(Type.Record(Type.String(), Type.Record(Type.String(), Type.Unknown()))),
  deny: Type.Optional(Type.Array(Type.String({ maxLength: 100 }), { maxItems: 100 })),
  onShutdown: Type.Optional(
    Type.Unsafe<'leave' | 'stop'>({
      type: 'string',
      enum: ['leave', 'stop'],
      description: 'When the service ends, the device is left as it is (the default), or stopped.',
    }),
  ),
  retries: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: 5,
      description: 'How often what only reads or sets is sent again while its outcome is unknown; 0 by default.',
    }),
  ),
  idleProbeMs: Type.Optional(
    Type.Integer({
      minimum: 1000,
      maximum: 86_400_000,
      description:
        'Milliseconds of silence after which the device is asked whether it is still there; never if absent.',
    }),
  ),
  ...changeable,
});

type NewDeviceRequest = Static<typeof NewDeviceBody>;

const states: readonly DeviceState[] = ['disabled', 'offline', 'connecting', 'quarantined', 'ready', 'recovering'];

const ListQuery = closed({
  ...paging,
  ...cursor(idPattern),
  label: Type.Optional(Type.String({ maxLength: 300, description: 'KEY or KEY=VALUE.' })),
  model: Type.Optional(Type.String({ maxLength: 100 })),
  state: Type.Optional(Type.Unsafe<DeviceState>({ type: 'string', enum: [...states] })),
});

const tags = ['devices'];

export function deviceRoutes(app: App, { registry, alarms }: Services): void {
  app.get(
    '/v1/devices',
    {
      config: onSome('read'),
      schema: { tags, summary: 'List devices', operationId: 'listDevices', querystring: ListQuery },
    },
    ({ query, caller }) => {
      const limit = Number(query.limit ?? defaultPage);
      const found = registry.devices
        .filter((device) => mayRead(caller, device) && matches(device, query))
        .sort((a, b) => (a.id < b.id ? -1 : 1))
        .filter(({ id }) => query.cursor === undefined || id > query.cursor);
      const items = found.slice(0, limit);
      const last = found.length > limit ? items.at(-1)?.id : undefined;
      return { items: items.map(deviceView), ...(last === undefined ? {} : { next: last }) };
    },
  );
  app.get(
    '/v1/devices/:id',
    {
      config: onDevice('read'),
      schema: {
        tags,
        summary: 'One device and what it can do',
        operationId: 'getDevice',
        params: DevicePath,
        querystring: NoQuery,
      },
    },
    ({ params }) => deviceDetailView(registry.get(params.id), alarms.countOpen(params.id)),
  );
}

/** Devices that are managed at run time. */
export function deviceManagementRoutes(app: App, { devices, discovery, alarms, registry }: Services): void {
  app.post(
    '/v1/devices',
    {
      config: onSome('configure'),
      schema: { tags, summary: 'Add a device', operationId: 'addDevice', querystring: NoQuery, body: NewDeviceBody },
    },
    async (request, reply) => {
      const { body, caller } = request;
      const { candidate } = body;
      const allow = (device: DeviceRef): void => demandConfigure(caller, device);
      const add = async (): Promise<Device> => {
        if (candidate !== undefined) return await discovery.adopt(candidate, { ...wishes(body), allow });
        const device = described(body);
        allow(device);
        demandLine(registry, caller, device.connection);
        return await devices.add(device);
      };
      const device = await add().catch((error: unknown) => {
        throw withoutOthers(error, caller);
      });
      return await flagged(reply, device)
        .code(201)
        .header('location', `/v1/devices/${device.id}`)
        .send(deviceDetailView(device, alarms.countOpen(device.id)));
    },
  );
  app.patch(
    '/v1/devices/:id',
    {
      config: onDevice('configure'),
      schema: {
        tags,
        summary: 'Replace the labels, or enable and disable',
        operationId: 'changeDevice',
        params: DevicePath,
        querystring: NoQuery,
        body: closed(changeable),
      },
    },
    async ({ params, body, raw, caller }) => {
      // A device is not to be moved to where others would have to bring it back from.
      if (body.labels !== undefined) demandConfigure(caller, { id: params.id, labels: body.labels });
      if (body.enabled === true) demandLine(registry, caller, registry.find(params.id)?.connectionName);
      const device = await devices.change(params.id, body, managerOf({ raw, caller })).catch((error: unknown) => {
        throw withoutOthers(error, caller);
      });
      return deviceDetailView(device, alarms.countOpen(device.id));
    },
  );
  app.delete(
    '/v1/devices/:id',
    {
      config: onDevice('configure'),
      schema: {
        tags,
        summary: 'Remove a device',
        operationId: 'removeDevice',
        params: DevicePath,
        querystring: NoQuery,
      },
    },
    async (request, reply) => {
      const device = registry.find(request.params.id);
      await devices.remove(request.params.id, managerOf(request));
      return await flagged(reply, device).code(204).send();
    },
  );
}

/** Of a device that is not there when the request comes, or when it is answered. */
function flagged(reply: FastifyReply, device: Device | undefined): FastifyReply {
  return device?.simulated === true ? reply.header('bellcrank-simulated', 'true') : reply;
}

/** A device that is added or enabled shares its line with whoever is on it already. */
function demandLine({ devices }: Services['registry'], caller: Caller, connection: string | undefined): void {
  const others = connection === undefined ? [] : devices.filter((other) => isOn(other, connection));
  demandOfAll(caller, 'configure', others, 'are on that connection');
}

function isOn({ connectionName, carries }: Device, connection: string): boolean {
  // On a broker each has topics of its own.
  return connectionName === connection && carries === 'bytes';
}

/** Over the id and the labels that a device will have. */
function demandConfigure(caller: Caller, { id, labels }: DeviceRef): void {
  const refusal = caller.refusal({ action: 'configure', device: { id, labels } });
  if (refusal !== undefined) throw refusal;
}

/** Whose place it is that is taken is said to whoever may read all devices. */
function withoutOthers(error: unknown, caller: Caller): unknown {
  if (!(error instanceof BellcrankError) || caller.may({ action: 'read' })) return error;
  const { code, message } = error;
  if (code === 'connection-taken')
    return new BellcrankError(code, 'another device has that place on the connection already');
  // What else there is was listed.
  return code === 'connection-not-found' ? new BellcrankError(code, message) : error;
}

/** What somebody describes whole. */
function described(body: NewDeviceRequest): NewDevice {
  const { id, driver, connection, options, labels, enabled } = body;
  if (id === undefined || driver === undefined) {
    const detail = 'is required, where there is no candidate';
    const missing = (['id', 'driver'] as const).filter((key) => body[key] === undefined);
    throw invalid(missing.map((key) => ({ pointer: `/${key}`, detail })));
  }
  return {
    ...common(body),
    id,
    driver,
    connection,
    options: options ?? {},
    labels: labels ?? {},
    enabled: enabled ?? true,
    managedBy: 'api',
  };
}

/** What somebody wants of a device that was found. */
function wishes(body: NewDeviceRequest): Omit<Wishes, 'auto' | 'allow'> {
  const { id, labels, enabled, options } = body;
  const superfluous = (['driver', 'connection'] as const).filter((key) => body[key] !== undefined);
  if (superfluous.length > 0) {
    const detail = 'is what the candidate knows; remove it, or candidate';
    throw invalid(superfluous.map((key) => ({ pointer: `/${key}`, detail })));
  }
  return {
    ...common(body),
    ...(id === undefined ? {} : { id }),
    ...(labels === undefined ? {} : { labels }),
    ...(enabled === undefined ? {} : { enabled }),
    ...(options === undefined ? {} : { options }),
  };
}

function common({ limits, deny, onShutdown, retries, idleProbeMs }: NewDeviceRequest) {
  return {
    restrictions: { ...(limits === undefined ? {} : { limits }), ...(deny === undefined ? {} : { deny }) },
    ...(onShutdown === undefined ? {} : { onShutdown }),
    ...(retries === undefined ? {} : { retries }),
    ...(idleProbeMs === undefined ? {} : { idleProbeMs }),
  };
}

function invalid(errors: readonly InputError[]): BellcrankError {
  const [first] = errors;
  return new BellcrankError('invalid-request', `${first?.pointer} ${first?.detail}`, { errors });
}

function matches(device: Device, query: { label?: string; model?: string; state?: DeviceState }): boolean {
  if (query.model !== undefined && device.model.name !== query.model) return false;
  if (query.state !== undefined && device.state !== query.state) return false;
  if (query.label === undefined) return true;
  const [key = '', ...rest] = query.label.split('=');
  const value = Object.hasOwn(device.labels, key) ? device.labels[key] : undefined;
  return value !== undefined && (rest.length === 0 || rest.join('=') === value);
}

function managerOf({ raw, caller }: Pick<FastifyRequest, 'raw' | 'caller'>): Manager {
  return { by: caller.name, leaseToken: leaseTokenOf(raw) };
}
