import Fastify, { type FastifyInstance, type RouteHandlerMethod, type RouteShorthandOptions } from 'fastify';
import type { App } from './routes.ts';

/** Registers what answers, as it would be on an app that is asked. */
type Register = (app: FastifyInstance) => Promise<void>;

/**
 * Routes of a plugin that is loaded when somebody first comes to one of them: most of the time nobody looks at a page, and
 * Fastify takes no routes later. The plugin is registered on an app that nobody reaches, and its handlers answer here, where
 * a request passes all that it would pass otherwise.
 */
export function lateRoutes(
  app: App,
  routes: Readonly<Record<string, RouteShorthandOptions>>,
  register: Register,
): void {
  let loading: Promise<ReadonlyMap<string, RouteHandlerMethod>> | undefined;
  for (const [url, options] of Object.entries(routes)) {
    app.get(url, { schema: { hide: true }, ...options }, async (request, reply) => {
      loading ??= handlersOf(register).catch((error: unknown) => {
        // Whoever comes next tries again.
        loading = undefined;
        throw error;
      });
      const handler = (await loading).get(url);
      if (handler === undefined) return reply.callNotFound();
      const answer: unknown = await handler.call(request.server, request, reply);
      return answer ?? reply;
    });
  }
}

async function handlersOf(register: Register): Promise<ReadonlyMap<string, RouteHandlerMethod>> {
  const app = Fastify();
  const handlers = new Map<string, RouteHandlerMethod>();
  app.addHook('onRoute', ({ url, handler }) => void handlers.set(url, handler));
  await register(app);
  await app.ready();
  return handlers;
}
