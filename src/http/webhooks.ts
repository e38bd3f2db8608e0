import { onEverything } from './access/declared.ts';
import { Type } from '@sinclair/typebox';
import type { Target } from '../webhooks/target.ts';
import { type App, NoQuery, type Services } from './routes.ts';
import { timeOf } from './views.ts';

const tags = ['webhooks'];

/** How it goes with those who are told over HTTP. */
export function webhookRoutes(app: App, { webhooks }: Services): void {
  app.get(
    '/v1/webhooks',
    {
      config: onEverything('read'),
      schema: { tags, summary: 'Webhooks, and how it goes', operationId: 'listWebhooks', querystring: NoQuery },
    },
    () => ({ items: webhooks.targets.map(webhookView) }),
  );
  app.get(
    '/v1/webhooks/:name',
    {
      config: onEverything('read'),
      schema: {
        tags,
        summary: 'One webhook',
        operationId: 'getWebhook',
        params: Type.Object({ name: Type.String({ maxLength: 100, description: 'The webhook’s name.' }) }),
        querystring: NoQuery,
      },
    },
    ({ params }) => webhookView(webhooks.get(params.name)),
  );
}

/** Without the secret, and without the rest of the URL, which may be one. */
function webhookView({ settings, state, origin, queue, outage, delivered, failures, nextAttemptAt }: Target): object {
  const { name, types, devices, labels } = settings;
  return {
    name,
    origin,
    types,
    devices: devices ?? null,
    labels: labels ?? null,
    state,
    queued: queue.length,
    queuedBytes: queue.bytes,
    delivered,
    dropped: queue.dropped,
    failures,
    lastSuccessAt: timeOf(outage.lastSuccessAt),
    lastFailureAt: timeOf(outage.lastFailureAt),
    lastError: outage.lastError ?? null,
    nextAttemptAt: timeOf(nextAttemptAt),
    links: { self: `/v1/webhooks/${name}` },
  };
}
