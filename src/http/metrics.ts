import { onEverything, open } from './access/declared.ts';
import { logLevelRoutes } from './log-level.ts';
import { factsOf } from './route-facts.ts';
import { type App, NoQuery, type Services } from './routes.ts';
import type { Way } from './way.ts';

/** What people and other programs are told of the service itself, beside its health. */
export function observingRoutes(app: App, way: Way, services: Services): void {
  countRequests(way, services);
  metricsRoutes(app, services);
  logLevelRoutes(app, services);
}

function countRequests(way: Way, { metrics }: Services): void {
  way.witness((request, reply) => {
    metrics.requests.answered(request.method, factsOf(request).url || 'none', reply.statusCode);
  });
}

/** What Prometheus scrapes; the counts of requests are part of it. */
function metricsRoutes(app: App, { metrics }: Services): void {
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
