import { onSome, open } from './access/declared.ts';
import { Type } from '@sinclair/typebox';
import { BellcrankError } from '../errors.ts';
import { type App, NoQuery, type Services } from './routes.ts';

/** Health and models. */
export function serviceRoutes(app: App, { access, registry, pipeline, store, audit, version }: Services): void {
  app.get(
    '/health/live',
    {
      config: open,
      schema: { tags: ['health'], summary: 'The process answers', operationId: 'live', querystring: NoQuery },
    },
    () => ({
      status: 'ok',
      version,
    }),
  );
  app.get(
    '/health/ready',
    {
      config: open,
      schema: {
        tags: ['health'],
        summary: 'Commands are taken; devices may be offline',
        operationId: 'ready',
        querystring: NoQuery,
      },
    },
    (_, reply) => {
      const devices = countStates(registry.devices);
      const journal = statusOf(store.trouble);
      const index = statusOf(store.indexTrouble);
      const trouble = access.trouble();
      const keys = statusOf(trouble?.detail);
      const refusal = pipeline.journal.refusal() ?? audit.refusal();
      const ready = refusal === undefined && trouble?.refuses !== true;
      const parts = { journal, index, audit: statusOf(audit.trouble), keys };
      const status = ready ? 'ok' : 'unavailable';
      return reply.code(ready ? 200 : 503).send({ status, version, devices, ...parts, insecure: access.isInsecure() });
    },
  );
  app.get(
    '/v1/models',
    {
      config: onSome('read'),
      schema: { tags: ['models'], summary: 'What can be attached', operationId: 'listModels', querystring: NoQuery },
    },
    () => ({
      items: registry.drivers.map(({ model, transports, options }) => ({ ...model, transports, options })),
    }),
  );
  app.get(
    '/v1/models/:name',
    {
      config: onSome('read'),
      schema: {
        tags: ['models'],
        summary: 'One model',
        operationId: 'getModel',
        querystring: NoQuery,
        params: Type.Object({ name: Type.String({ maxLength: 100 }) }),
      },
    },
    ({ params }) => {
      const driver = registry.drivers.find(({ model }) => model.name === params.name);
      if (driver === undefined)
        throw new BellcrankError('not-found', 'there is no such model; GET /v1/models lists them');
      const { model, transports, options } = driver;
      return { ...model, transports, options };
    },
  );
}

function statusOf(trouble: string | undefined): { status: string; detail?: string } {
  return trouble === undefined ? { status: 'ok' } : { status: 'unavailable', detail: trouble };
}

function countStates(devices: readonly { readonly state: string }[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { state } of devices) counts[state] = (counts[state] ?? 0) + 1;
  return counts;
}
