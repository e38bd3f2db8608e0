import { onDevice } from './access/declared.ts';
import { readable } from './access/seen.ts';
import { Type } from '@sinclair/typebox';
import { type App, closed, DevicePath, NoQuery, type Services } from './routes.ts';
import { simulatorDetailView } from './simulator-views.ts';
import { wholeSimulator } from './simulators.ts';

/** What somebody who stands beside a simulated device could do. */
export function simulatorButtonRoutes(app: App, services: Services): void {
  const { simulators, registry } = services;
  app.post(
    '/v1/simulators/:id/press',
    {
      config: onDevice('simulate'),
      schema: {
        tags: ['simulators'],
        summary: 'Press one of its buttons, or unplug it',
        operationId: 'pressButton',
        params: DevicePath,
        querystring: NoQuery,
        body: closed({
          button: Type.String({ minLength: 1, maxLength: 100, description: 'One of the simulator’s `buttons`.' }),
        }),
      },
    },
    async ({ params, body, caller }) => {
      const simulated = wholeSimulator(services, params.id, caller);
      await simulated.control.press(body.button);
      return simulatorDetailView(simulators, simulated, readable(caller, registry));
    },
  );
}
