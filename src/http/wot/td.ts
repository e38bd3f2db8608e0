import { needToSend } from '../../command/gate.ts';
import { onDevice } from '../access/declared.ts';
import { thingDescription } from '../../describe/thing.ts';
import { originOf, sendDocument } from '../document.ts';
import { type App, DevicePath, NoQuery, type Services } from '../routes.ts';
import { maxWaitSeconds } from '../sending.ts';

/** `GET /v1/devices/{id}/td`: what a device is and how it is reached, for consumers of the Web of Things. */
export function thingDescriptionRoutes(app: App, { registry, access }: Services): void {
  app.get(
    '/v1/devices/:id/td',
    {
      config: onDevice('read'),
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
      const { origin } = originOf(request);
      const maySend = (command: string): boolean => request.caller.may(needToSend(device, command));
      const td = thingDescription({ device, maySend, origin, ways: access.ways(), maxWaitMs: maxWaitSeconds * 1000 });
      return sendDocument(request, reply, td, 'application/td+json; charset=utf-8');
    },
  );
}
