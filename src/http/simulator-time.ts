import { onDevice } from './access/declared.ts';
import { Type } from '@sinclair/typebox';
import { type App, DevicePath, NoQuery, type Services } from './routes.ts';
import { timeView } from './simulator-views.ts';
import { wholeSimulator } from './simulators.ts';

const tags = ['simulators'];
const path = '/v1/simulators/:id/time';

/** A simulator's own clock. Deadlines, leases and back-off of the service never follow it. */
export function simulatorTimeRoutes(app: App, services: Services): void {
  const { simulators } = services;
  const common = { tags, params: DevicePath, querystring: NoQuery };
  app.get(
    path,
    {
      config: onDevice('read'),
      schema: { ...common, summary: 'The simulator’s own time', operationId: 'getSimulatedTime' },
    },
    ({ params }) => timeView(simulators.get(params.id)),
  );
  app.patch(
    path,
    {
      config: onDevice('simulate'),
      schema: {
        ...common,
        summary: 'Let it go faster or slower, or stand still',
        operationId: 'setSimulatedTime',
        body: Type.Unknown(),
      },
    },
    ({ params, body, caller }) => {
      const simulated = wholeSimulator(services, params.id, caller);
      simulated.control.setTime(body);
      return timeView(simulated);
    },
  );
}
