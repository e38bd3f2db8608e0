import type { Caller } from '../access/caller.ts';
import type { SimulatedDevice, Simulators } from '../simulation/simulators.ts';
import { onDevice, onSome } from './access/declared.ts';
import { demandOfAll, readable, refOf } from './access/seen.ts';
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
export function simulatorRoutes(app: App, { simulators, registry }: Services): void {
  app.get(
    '/v1/simulators',
    {
      config: onSome('read'),
      schema: { tags, summary: 'Simulated devices', operationId: 'listSimulators', querystring: ListQuery },
    },
    ({ query, caller }) => {
      const limit = Number(query.limit ?? defaultPage);
      const about = readable(caller, registry);
      const found = simulators.list({ after: query.cursor, limit: limit + 1, about });
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
    ({ params, caller }) => {
      const about = readable(caller, registry);
      return simulatorDetailView(simulators, simulators.get(params.id), about);
    },
  );
}

/** A simulator whose wire, clock or buttons are those of several devices is for whoever may simulate all of them. */
export function wholeSimulator(
  { simulators, registry }: { readonly simulators: Simulators; readonly registry: Services['registry'] },
  id: string,
  caller: Caller,
): SimulatedDevice {
  const simulated = simulators.get(id);
  const others = simulators.neighbours(simulated).map((other) => refOf(registry, other));
  demandOfAll(caller, 'simulate', others, 'the same simulator stands in for');
  return simulated;
}
