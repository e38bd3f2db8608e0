import { onDevice, onSome } from './access/declared.ts';
import type { SimulatedDevice } from '../simulation/simulators.ts';
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
import { simulatorDetailView, simulatorView } from './simulator-views.ts';

const ListQuery = closed({ ...paging, ...cursor(idPattern) });

const tags = ['simulators'];

/** Devices that are not real, and what stands in for them. */
export function simulatorRoutes(app: App, { simulators }: Services): void {
  app.get(
    '/v1/simulators',
    {
      config: onSome('read'),
      schema: { tags, summary: 'Simulated devices', operationId: 'listSimulators', querystring: ListQuery },
    },
    ({ query }) => {
      const limit = Number(query.limit ?? defaultPage);
      const found = simulators.list({ after: query.cursor, limit: limit + 1 });
      const items = found.slice(0, limit);
      const last = found.length > limit ? items.at(-1)?.device.id : undefined;
      return {
        items: items.map((each: SimulatedDevice) => simulatorView(each)),
        ...(last === undefined ? {} : { next: last }),
      };
    },
  );
  app.get(
    '/v1/simulators/:id',
    {
      config: onDevice('read'),
      schema: {
        tags,
        summary: 'One simulated device, and what can be done to it',
        operationId: 'getSimulator',
        params: DevicePath,
        querystring: NoQuery,
      },
    },
    ({ params }) => simulatorDetailView(simulators, simulators.get(params.id)),
  );
}
