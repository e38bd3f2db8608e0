import type { FastifyInstance } from 'fastify';
import { BellcrankError } from '../errors.ts';

interface Known {
  readonly method: string;
  readonly pattern: RegExp;
}

/** Tells a wrong method (405 with `Allow`) from a wrong path (404). */
export function handleUnknownRoutes(app: FastifyInstance): void {
  const known: Known[] = [];
  app.addHook('onRoute', ({ method, url }) => {
    const pattern = new RegExp(`^${url.replaceAll(/:[a-z]+/gi, '[^/]+').replace('*', '.*')}/?$`);
    for (const each of [method].flat()) known.push({ method: each, pattern });
  });
  app.setNotFoundHandler((request, reply) => {
    const path = request.url.split('?')[0] ?? '';
    const methods = new Set(known.filter(({ pattern }) => pattern.test(path)).map(({ method }) => method));
    if (methods.size === 0 || methods.has(request.method)) {
      throw new BellcrankError(
        'not-found',
        `there is nothing at ${path.slice(0, 200)}; /openapi.json lists what there is`,
      );
    }
    const allowed = [...methods].join(', ');
    void reply.header('allow', allowed);
    throw new BellcrankError('method-not-allowed', `${request.method} is not allowed here; use ${allowed}`);
  });
}
