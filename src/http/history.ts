import { onDevice } from './access/declared.ts';
import { Type } from '@sinclair/typebox';
import { HistoryQuery, historyRequest } from './history-query.ts';
import { propertyOf } from './properties.ts';
import { type App, DevicePath, type Services } from './routes.ts';
import { timeOf } from './views.ts';

const HistoryPath = Type.Composite([
  DevicePath,
  Type.Object({ property: Type.String({ maxLength: 100, description: 'A property of the device.' }) }),
]);

/** What a property was over time. */
export function historyRoutes(app: App, { registry, store, past, clock }: Services): void {
  app.get(
    '/v1/devices/:id/history/:property',
    {
      config: onDevice('read'),
      schema: {
        tags: ['devices'],
        summary: 'A property over time: its values, or buckets of them',
        operationId: 'getHistory',
        params: HistoryPath,
        querystring: HistoryQuery,
      },
    },
    async ({ params, query }) => {
      const device = registry.get(params.id);
      const { unit } = propertyOf(device, params.property).schema;
      const { from, to, points, limit, after } = historyRequest(query, clock.now());
      const span = { device: device.id, property: params.property, from, to };
      const head = {
        device: device.id,
        property: params.property,
        unit: typeof unit === 'string' ? unit : null,
        from: timeOf(from),
        to: timeOf(to),
        // Some of it, at least.
        simulated: device.simulated || (past.until(device.id) ?? -Infinity) > from,
      };
      if (points !== undefined) {
        const buckets = await store.history.buckets({ ...span, points });
        return { ...head, buckets: buckets.map((bucket) => ({ ...bucket, at: timeOf(bucket.at) })) };
      }
      const page = await store.history.samples({ ...span, limit, ...(after === undefined ? {} : { after }) });
      const items = page.items.map(({ at, value }) => ({ at: timeOf(at), value }));
      return { ...head, items, ...(page.next === undefined ? {} : { next: page.next }) };
    },
  );
}
