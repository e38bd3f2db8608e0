import { onCommand } from '../access/declared.ts';
import { Type } from '@sinclair/typebox';
import { commandName } from '../commands.ts';
import { type App, DevicePath, NoQuery, type Services } from '../routes.ts';
import { sendCommand } from '../sending.ts';
import { sendBare } from './value.ts';

const ActionPath = Type.Composite([
  DevicePath,
  Type.Object({ name: Type.String({ maxLength: 100, description: 'A command of the device.' }) }),
]);

/** Commands as the forms of a Thing Description have them: the bare result, or a problem. */
export function wotActionRoutes(app: App, services: Services): void {
  app.post(
    '/v1/devices/:id/wot/actions/:name',
    {
      config: onCommand,
      schema: {
        tags: ['web of things'],
        summary: 'Send a command, for its result alone',
        operationId: 'invokeAction',
        params: ActionPath,
        querystring: NoQuery,
      },
    },
    (request, reply) => {
      const { id, name } = request.params;
      // An action without input needs no body; with one, the body is the parameters.
      const params = request.body === undefined ? {} : request.body;
      const asked = { device: id, command: commandName(name), params };
      sendCommand(services, request, reply, asked, (_, { result }) => sendBare(reply, result));
    },
  );
}
