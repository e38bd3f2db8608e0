import type { FastifyInstance } from 'fastify';
import type { Caller } from '../../access/caller.ts';
import type { Json } from '../openapi-json.ts';
import type { RouteAccess } from './declared.ts';

/** What each route that is added from now on says of who may use it, as an OpenAPI document names it. */
export function declarations(app: FastifyInstance): ReadonlyMap<string, RouteAccess> {
  const found = new Map<string, RouteAccess>();
  app.addHook('onRoute', ({ method, url, config }) => {
    if (config?.access === undefined) return;
    const path = url.replaceAll(/:([A-Za-z]+)/g, '{$1}');
    for (const each of [method].flat()) found.set(`${each.toLowerCase()} ${path}`, config.access);
  });
  return found;
}

/** The paths with the operations that a caller may call, on some device at least; what is not declared is left out. */
export function seenPaths(paths: Json, declared: ReadonlyMap<string, RouteAccess>, caller: Caller): Json {
  const kept = Object.entries(paths).map(([path, item]) => {
    const operations = Object.entries(item as Json).flatMap(([method, operation]) => {
      const access = declared.get(`${method} ${path}`);
      if (!mayCall(access, caller)) return [];
      // What needs no credentials says so.
      return [[method, access?.over === 'nobody' ? { ...(operation as Json), security: [] } : operation] as const];
    });
    return [path, Object.fromEntries(operations)] as const;
  });
  return Object.fromEntries(kept.filter(([, item]) => Object.keys(item).length > 0));
}

function mayCall(access: RouteAccess | undefined, caller: Caller): boolean {
  if (access === undefined) return false;
  if (!('action' in access)) return true;
  return access.over === 'everything' ? caller.may({ action: access.action }) : caller.mayAnywhere(access.action);
}
