import { onDevice } from './access/declared.ts';
import { Type } from '@sinclair/typebox';
import { type App, DevicePath, NoQuery, type Services } from './routes.ts';
import { faultsView } from './simulator-views.ts';
import { wholeSimulator } from './simulators.ts';

const tags = ['simulators'];
const path = '/v1/simulators/:id/faults';

/** What goes wrong on the wire of a simulated device. Which faults there are is the simulator's to say, and to check. */
export function simulatorFaultRoutes(app: App, services: Services): void {
  const { simulators } = services;
  const common = { tags, params: DevicePath, querystring: NoQuery };
  app.get(
    path,
    {
      config: onDevice('read'),
      schema: { ...common, summary: 'Faults, and how often each has acted', operationId: 'getFaults' },
    },
    ({ params }) => {
      const simulated = simulators.get(params.id);
      return faultsView(simulated, simulated.control.faults());
    },
  );
  app.put(
    path,
    {
      config: onDevice('simulate'),
      schema: {
        ...common,
        summary: 'Replace the faults',
        operationId: 'setFaults',
        body: Type.Unknown(),
      },
    },
    async ({ params, body, caller }) => {
      const simulated = wholeSimulator(services, params.id, caller);
      return faultsView(simulated, await simulated.control.setFaults(body));
    },
  );
  app.delete(
    path,
    { config: onDevice('simulate'), schema: { ...common, summary: 'End all faults', operationId: 'clearFaults' } },
    async ({ params, caller }) => {
      const simulated = wholeSimulator(services, params.id, caller);
      return faultsView(simulated, await simulated.control.clearFaults());
    },
  );
}
