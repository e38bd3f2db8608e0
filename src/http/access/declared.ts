import type { FastifyInstance } from 'fastify';
import type { Action } from '../../access/scope.ts';

/**
 * Who may use a route. `nobody`: it needs no credentials. `anybody`: whoever says who they are, whatever they may.
 * `device`: the action over the device in its path. `command`: over the command of its path as well. `everything`: over
 * all devices. `some`: over any device; the handler leaves out what is not the caller's.
 */
export type RouteAccess =
  /** `asks`: it is found out who asks all the same, where they can say it. */
  | { readonly over: 'nobody' | 'anybody'; readonly asks?: true }
  /** `command`: over a device, and over what is called so among its commands. */
  | { readonly over: 'device' | 'command' | 'everything' | 'some'; readonly action: Action; readonly command?: string };

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Every route says it: one that does not cannot be added. */
    access?: RouteAccess;
  }
}

export const open = { access: { over: 'nobody' } } as const;
/** It needs no credentials, and tells more to whoever has some. */
export const askedAndOpen = { access: { over: 'nobody', asks: true } } as const;
export const onAnybody = { access: { over: 'anybody' } } as const;
export const onDevice = (action: Action) => ({ access: { over: 'device', action } }) as const;
/** What the release of a stop is called among a device's commands. */
export const releaseStop = 'release-stop';
/** Whoever may but send some commands cannot: a scope that names commands has to name this. */
export const onRelease = { access: { over: 'device', action: 'command', command: releaseStop } } as const;
export const onCommand = { access: { over: 'command', action: 'command' } } as const;
export const onEverything = (action: Action) => ({ access: { over: 'everything', action } }) as const;
export const onSome = (action: Action) => ({ access: { over: 'some', action } }) as const;

/** No route goes in unless it says who may use it. */
export function demandDeclarations(app: FastifyInstance): void {
  app.addHook('onRoute', (route) => {
    if (route.config?.access !== undefined) return;
    throw new Error(`${String(route.method)} ${route.url} does not say who may use it`);
  });
}
