import type { Caller } from '../access/caller.ts';
import type { Action } from '../access/scope.ts';
import { onDevice } from './access/declared.ts';
import { demandOfAll, sharers } from './access/seen.ts';
import { Type } from '@sinclair/typebox';
import { rawCommand } from '../driver/built-in.ts';
import { leaseTokenOf } from './headers/lease-token.ts';
import { type App, closed, DevicePath, DryRunQuery, NoQuery, type Services } from './routes.ts';
import { dryRun, sendCommand } from './sending.ts';
import { deviceDetailView } from './views.ts';

const ReconnectBody = closed({
  acceptIdentity: Type.Optional(
    Type.Boolean({ description: 'Take another piece of hardware in its place, whatever it says that it is.' }),
  ),
});

/** For operators: the link itself, and the wire past the driver. */
export function maintenanceRoutes(app: App, services: Services): void {
  app.post(
    '/v1/devices/:id/reconnect',
    {
      config: onDevice('configure'),
      schema: {
        tags: ['devices'],
        summary: 'Drop the link, for every device on it, and open it anew',
        operationId: 'reconnectDevice',
        params: DevicePath,
        querystring: NoQuery,
        body: ReconnectBody,
      },
      // Nothing to say is said by no body as well.
      preValidation: (request, _reply, done) => {
        if (request.body === undefined) request.body = {};
        done();
      },
    },
    async ({ params, body, raw, caller }, reply) => {
      const manager = { by: caller.name, leaseToken: leaseTokenOf(raw) };
      const acceptIdentity = body.acceptIdentity ?? false;
      demandLine(services, caller, 'configure', params.id);
      const device = await services.maintenance.reconnect(params.id, { ...manager, acceptIdentity });
      return await reply.code(202).send(deviceDetailView(device, services.alarms.countOpen(device.id)));
    },
  );
  app.post(
    '/v1/devices/:id/raw',
    { config: onDevice('admin'), schema: { hide: true, params: DevicePath, querystring: DryRunQuery } },
    (request, reply) => {
      demandLine(services, request.caller, 'admin', request.params.id);
      const asked = { device: request.params.id, command: rawCommand, params: request.body };
      const send = request.query.dryRun === 'true' ? dryRun : sendCommand;
      return send(services, request, reply, asked);
    },
  );
}

/** What is done to a line is done to every device on it. */
function demandLine({ registry }: Services, caller: Caller, action: Action, id: string): void {
  const device = registry.get(id);
  demandOfAll(caller, action, sharers(registry, device), 'are on the same connection');
}
