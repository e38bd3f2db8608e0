import { askedAndOpen, onSome, open } from './access/declared.ts';
import { Type } from '@sinclair/typebox';
import { BellcrankError } from '../errors.ts';
import { readDrivers } from './read-drivers.ts';
import { type App, NoQuery, type Services } from './routes.ts';

/** Health and models. */
export function serviceRoutes(app: App, services: Services): void {
  const { registry, version } = services;
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
      config: askedAndOpen,
      schema: {
        tags: ['health'],
        summary: 'Commands are taken; devices may be offline',
        operationId: 'ready',
        querystring: NoQuery,
      },
    },
    ({ caller }, reply) => {
      const standing = standingOf(services);
      // What is wrong with it is not everybody's business; whether it works is.
      const view = caller.mayAnywhere('read') ? { ...standing, ...detailsOf(services) } : standing;
      return reply.code(standing.status === 'ok' ? 200 : 503).send(view);
    },
  );
  app.get(
    '/v1/models',
    {
      config: onSome('read'),
      schema: { tags: ['models'], summary: 'What can be attached', operationId: 'listModels', querystring: NoQuery },
    },
    async () => {
      await readDrivers(registry.drivers);
      return { items: registry.drivers.map(({ model, transports, options }) => ({ ...model, transports, options })) };
    },
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

function standingOf({ access, pipeline, audit, version }: Services) {
  const refusal = pipeline.journal.refusal() ?? audit.refusal();
  const ready = refusal === undefined && access.trouble()?.refuses !== true;
  return { status: ready ? 'ok' : 'unavailable', version, insecure: access.isInsecure() };
}

function detailsOf({ access, audit, registry, store, health }: Services) {
  return {
    devices: countStates(registry.devices),
    journal: statusOf(store.trouble),
    index: statusOf(store.indexTrouble),
    audit: statusOf(audit.trouble),
    keys: statusOf(access.trouble()?.detail),
    degraded: health.degraded,
  };
}

function statusOf(trouble: string | undefined): { status: string; detail?: string } {
  return trouble === undefined ? { status: 'ok' } : { status: 'unavailable', detail: trouble };
}

function countStates(devices: readonly { readonly state: string }[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { state } of devices) counts[state] = (counts[state] ?? 0) + 1;
  return counts;
}
