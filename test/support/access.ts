import type { FastifyInstance } from 'fastify';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Authenticate } from '../../src/access/authenticator.ts';
import { type Caller, callerWith } from '../../src/access/caller.ts';
import { parseScope } from '../../src/access/scope.ts';
import type { RouteAccess } from '../../src/http/access/declared.ts';
import { BellcrankError } from '../../src/errors.ts';

export function callerOf(name: string, ...scopes: readonly string[]): Caller {
  return callerWith(
    name,
    scopes.map((text) => parseScope(text)),
  );
}

/** Whoever says `Bearer NAME` is that one of the callers; anybody else is nobody. */
export function byName(callers: Readonly<Record<string, Caller>>): Authenticate {
  return ({ authorization = '' }) => {
    const name = authorization.replace('Bearer ', '');
    const caller = Object.hasOwn(callers, name) ? callers[name] : undefined;
    if (caller === undefined) throw new BellcrankError('unauthenticated', 'a key is needed');
    return caller;
  };
}

export interface Route {
  readonly method: string;
  readonly url: string;
  /** What it says itself of who may use it. */
  readonly access?: RouteAccess | undefined;
}

/** Every route that a service has, whoever added it. */
export async function routesOf(create: () => Promise<FastifyInstance>): Promise<readonly Route[]> {
  const found: Route[] = [];
  const began = (message: unknown): void => {
    const { fastify } = message as { fastify: FastifyInstance }; // what Fastify publishes when it is made
    fastify.addHook('onRoute', (route) => {
      const { method, url } = route;
      for (const each of [method].flat()) {
        found.push({
          method: each,
          url,
          get access() {
            return route.config?.access;
          },
        });
      }
    });
  };
  subscribe('fastify.initialization', began);
  try {
    await (await create()).ready();
  } finally {
    unsubscribe('fastify.initialization', began);
  }
  return found;
}
