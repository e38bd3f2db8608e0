import { onEverything, open } from './access/declared.ts';
import { logLevelRoutes } from './log-level.ts';
import { factsOf } from './route-facts.ts';
import { type App, NoQuery, type Services } from './routes.ts';

/** What people and other programs are told of the service itself, beside its health. */
export function observingRoutes(app: App, services: Services): void {
  metricsRoutes(app, services);
  logLevelRoutes(app, services);
}

/** What Prometheus scrapes, and the counts of requests that are part of it. */
function metricsRoutes(app: App, { metrics }: Services): void {
  app.addHook('onResponse', (request, reply, done) => {
    metrics.requests.answered(request.method, factsOf(request).url || 'none', reply.statusCode);
    done();
  });
  app.get(
    '/metrics',
    {
      config: metrics.open ? open : onEverything('read'),
      schema: {
        tags: ['health'],
        summary: 'Metrics for Prometheus, as text or, where it is accepted, as OpenMetrics',
        operationId: 'getMetrics',
        querystring: NoQuery,
      },
    },
    async (request, reply) => {
      const { contentType, text } = await metrics.scrape(request.headers.accept);
      return reply
        .header('content-type', contentType)
        .header('cache-control', 'no-store')
        .header('vary', 'accept')
        .serializer(String)
        .send(text);
    },
  );
}
