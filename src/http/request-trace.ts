import type { RequestTrace } from '../observe/tracing/tracing.ts';
import { headerLines } from './headers/lines.ts';
import { factsOf } from './route-facts.ts';
import type { App, Services } from './routes.ts';
import type { Way } from './way.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** What follows it elsewhere; undefined where nobody does. */
    trace: RequestTrace | undefined;
  }
}

/** What goes on for hours, and what others ask every few seconds. */
const untraced = /^\/(v1\/stream$|health\/|metrics$|assets\/|docs)|\/observe$|\/wot\/events\//;

/** Follows requests where tracing is configured (W3C Trace Context); otherwise nobody even looks. */
export function traceRequests(app: App, way: Way, { tracing }: Services): void {
  app.decorateRequest('trace');
  if (tracing === undefined) return;
  way.guard((request, reply) => {
    const { method } = request;
    const route = factsOf(request).url || 'none';
    if (!untraced.test(route)) {
      // Two of them are none: nobody could say which is meant.
      const [traceparent, ...more] = headerLines(request.raw.rawHeaders, 'traceparent');
      request.trace = tracing.request({ method, route, traceparent: more.length === 0 ? traceparent : undefined });
      // W3C Trace Context Level 2 §4.
      void reply.header('traceresponse', request.trace.traceparent);
    }
  });
  way.witness((request, reply) => request.trace?.answered(reply.statusCode));
}
