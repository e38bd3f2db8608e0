import { onDevice } from './access/declared.ts';
import { Type } from '@sinclair/typebox';
import { BellcrankError } from '../errors.ts';
import { type App, DevicePath, NoQuery, type Services } from './routes.ts';
import { stateView } from './simulator-views.ts';

const tags = ['simulators'];
const path = '/v1/simulators/:id/state';

/** What a simulated device is like, whatever it tells on its wire: 40 °C, its door open. */
export function simulatorStateRoutes(app: App, { simulators }: Services): void {
  const common = { tags, params: DevicePath, querystring: NoQuery };
  app.get(
    path,
    {
      config: onDevice('read'),
      schema: { ...common, summary: 'What the simulated device is like', operationId: 'getSimulatedState' },
    },
    ({ params }) => stateView(simulators.get(params.id)),
  );
  app.patch(
    path,
    {
      config: onDevice('simulate'),
      schema: {
        ...common,
        summary: 'Change it, as a hand or the weather would',
        operationId: 'setSimulatedState',
        body: Type.Unknown(),
      },
    },
    ({ params, body }) => {
      const simulated = simulators.get(params.id);
      if (simulated.part === undefined) {
        throw new BellcrankError('invalid-request', `the simulator of ${simulated.control.model} shows no state`);
      }
      simulated.control.setState(simulated.part, body);
      return stateView(simulated);
    },
  );
}
