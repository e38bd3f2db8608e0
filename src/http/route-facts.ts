import type { FastifyRequest, RouteOptions } from 'fastify';
import type { RouteAccess } from './access/declared.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Of its route; asked for by `factsOf`. */
    facts: RouteFacts | undefined;
  }
}

/** What guards ask of a route. It is the same for all its requests, and Fastify makes a route’s options anew for whoever asks. */
export interface RouteFacts {
  /** Its pattern; empty where there is no such route. */
  readonly url: string;
  readonly access: RouteAccess;
  /** A stop: no limit holds it up. */
  readonly isStop: boolean;
  /** What no limit holds up: a stop, and the question whether the service lives. */
  readonly isExempt: boolean;
  /** It changes something, and no pipeline takes that down. Routes that need no credentials tell for themselves what was done. */
  readonly changesSomething: boolean;
  /** An answer with this status tells of nothing new. */
  readonly unauditedStatus: number | undefined;
  /** Its `:id` is that of a device, or of a simulated one. */
  readonly isAboutDevice: boolean;
  readonly isOfDevice: boolean;
  /** It is about a property; a write of it is a command. */
  readonly isOfProperty: boolean;
  /** What there must be before it is answered. */
  readonly awaits: 'known' | 'started' | undefined;
}

const safeMethods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);
const aboutOneDevice = /^\/v1\/(devices|simulators)\/:id(\/|$)/;
const everybody: RouteAccess = { over: 'nobody' };

/** By the route’s configuration, of which each route has one, and the method. */
const known = new WeakMap<object, Map<string, RouteFacts>>();

/** What is to be known of the route that a request has come to. */
export function factsOf(request: FastifyRequest): RouteFacts {
  return (request.facts ??= found(request));
}

function found({ method, routeOptions: { config, url = '' } }: FastifyRequest): RouteFacts {
  const its = known.get(config) ?? new Map<string, RouteFacts>();
  const facts = its.get(method) ?? madeOf(method, url, config);
  if (its.size === 0) known.set(config, its);
  its.set(method, facts);
  return facts;
}

function madeOf(method: string, url: string, config: { access?: RouteAccess; unauditedStatus?: number }): RouteFacts {
  const access = config.access ?? everybody;
  const isStop = method === 'POST' && isOfStop(url);
  return {
    url,
    access,
    isStop,
    isExempt: isStop || url.startsWith('/health/'),
    changesSomething: changesSomething(method, url, access),
    unauditedStatus: config.unauditedStatus,
    isAboutDevice: aboutOneDevice.test(url),
    isOfDevice: url.startsWith('/v1/devices/:id'),
    isOfProperty: url.includes('/properties/'),
    awaits: waitsForNothing(url) ? undefined : url.endsWith('/stop') ? 'known' : 'started',
  };
}

function changesSomething(method: string, url: string, access: RouteAccess): boolean {
  const isSent = access.over === 'command' || url.endsWith('/raw');
  return !safeMethods.has(method) && access.over !== 'nobody' && !isSent;
}

/** Whether one of a route’s methods changes something. */
export function mayChange({ method, url, config }: RouteOptions): boolean {
  return [method].flat().some((each) => changesSomething(each, url, config?.access ?? everybody));
}

export function isOfStop(url: string): boolean {
  return url === '/v1/stop' || url === '/v1/devices/:id/stop';
}

function waitsForNothing(url: string): boolean {
  // The page with Stop is there before any device is.
  if (url === '/' || url === '/metrics' || url.startsWith('/health/') || url.startsWith('/assets/')) return true;
  // Who signs in, and who does it, does not wait for what is on record.
  return url === '/v1/session' || url.startsWith('/v1/keys');
}
