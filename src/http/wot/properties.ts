import { onCommand, onDevice } from '../access/declared.ts';
import { Type } from '@sinclair/typebox';
import type { Device } from '../../device/device.ts';
import { BellcrankError } from '../../errors.ts';
import { propertyOf } from '../properties.ts';
import { type App, DevicePath, NoQuery, type Services } from '../routes.ts';
import { sendCommand } from '../sending.ts';
import { withdrawal } from '../withdrawal.ts';
import { goodValue, sendBare } from './value.ts';

const PropertyPath = Type.Composite([
  DevicePath,
  Type.Object({ name: Type.String({ maxLength: 100, description: 'A property of the device.' }) }),
]);

const tags = ['web of things'];

/** Properties as the forms of a Thing Description have them: the bare value, or a problem. */
export function wotPropertyRoutes(app: App, services: Services): void {
  const { registry } = services;
  app.get(
    '/v1/devices/:id/wot/properties',
    {
      config: onDevice('read'),
      schema: {
        tags,
        summary: 'The values that are known and good, by name',
        operationId: 'readValues',
        params: DevicePath,
        querystring: NoQuery,
      },
    },
    ({ params }) => goodValues(registry.get(params.id)),
  );
  app.get(
    '/v1/devices/:id/wot/properties/:name',
    {
      config: onDevice('read'),
      schema: {
        tags,
        summary: 'The value alone',
        operationId: 'readValue',
        params: PropertyPath,
        querystring: NoQuery,
      },
    },
    async ({ params }, reply) => {
      const device = registry.get(params.id);
      if (propertyOf(device, params.name).access === 'write') {
        void reply.header('allow', 'PUT');
        throw new BellcrankError('method-not-allowed', `property ${params.name} can only be written`);
      }
      return sendBare(reply, await goodValue(device, params.name, withdrawal(reply.raw)));
    },
  );
  app.put(
    '/v1/devices/:id/wot/properties/:name',
    {
      config: onCommand,
      schema: {
        tags,
        summary: 'Write the value alone',
        operationId: 'writeValue',
        params: PropertyPath,
        querystring: NoQuery,
      },
    },
    (request, reply) => {
      const { id, name } = request.params;
      if (propertyOf(registry.get(id), name).access === 'read') void reply.header('allow', 'GET, HEAD');
      const asked = { device: id, command: `write:${name}`, params: { value: request.body } };
      sendCommand(services, request, reply, asked, () => sendBare(reply, undefined));
    },
  );
}

/** What is known of a device that is there; nobody is asked. */
function goodValues(device: Device): object {
  const refusal = device.refusal() ?? device.undescribed();
  if (refusal !== undefined) throw refusal;
  const readable = Object.entries(device.model.properties).filter(([, { access }]) => access !== 'write');
  const readings = readable.map(([name]) => [name, device.reading(name)] as const);
  const good = readings.filter(([, { quality }]) => quality === 'good');
  return Object.fromEntries(good.map(([name, { value }]) => [name, value]));
}
