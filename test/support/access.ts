import type { FastifyInstance } from 'fastify';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Authenticate } from '../../src/access/authenticator.ts';
import { onTestFinished } from 'vitest';
import { type Caller, callerWith, trusted } from '../../src/access/caller.ts';
import { parseScope } from '../../src/access/scope.ts';
import type { RouteAccess } from '../../src/http/access/declared.ts';
import type { Device } from '../../src/device/device.ts';
import { BellcrankError } from '../../src/errors.ts';
import { httpOver, type HttpSettings, openAccess } from './http.ts';
import { createRig, MemoryLine, type RigSettings } from './rig.ts';
import { ToyDevice, toyDriver } from './toy.ts';

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

/**
 * A service with `lamp-1` and `lamp-2` in the lab, `oven-1` in the hall, and one line with `bus-1` (lab) and `bus-2` (hall) on
 * it. Each of them has an alarm. `as` asks by somebody's name.
 */
export async function rooms(
  scopes: Readonly<Record<string, readonly string[]>>,
  settings: RigSettings = {},
  limits: HttpSettings['limits'] = {},
) {
  const toys = Object.fromEntries(['lamp-1', 'lamp-2', 'oven-1'].map((id) => [id, new ToyDevice()]));
  const bus = [new ToyDevice('A'), new ToyDevice('B')];
  const lines = Object.fromEntries(
    Object.entries(toys).map(([id, toy]) => [`${id}-line`, new MemoryLine((far) => toy.serve(far))]),
  );
  const rig = createRig(
    toyDriver(),
    { ...lines, bus: new MemoryLine((far) => bus.forEach((toy) => toy.serve(far))), spare: new MemoryLine(() => {}) },
    [
      { id: 'bus-1', connection: 'bus', options: { unit: 'A' }, labels: { room: 'lab' } },
      { id: 'bus-2', connection: 'bus', options: { unit: 'B' }, labels: { room: 'hall' } },
      { id: 'lamp-1', connection: 'lamp-1-line', labels: { room: 'lab' } },
      { id: 'lamp-2', connection: 'lamp-2-line', labels: { room: 'lab' } },
      { id: 'oven-1', connection: 'oven-1-line', labels: { room: 'hall' } },
    ],
    {
      alarms: [
        { name: 'warm', label: 'room', property: 'value', high: 5, hysteresis: 0, delayMs: 0, severity: 'warning' },
      ],
      ...settings,
    },
  );
  const callers = Object.fromEntries(Object.entries(scopes).map(([name, its]) => [name, callerOf(name, ...its)]));
  const access = { ...openAccess(rig), authenticate: byName({ ...callers, root: trusted('root') }) };
  const http = await httpOver(rig, { access, limits });
  onTestFinished(() => http.close());
  const isReady = (device: Device): boolean => device.state === 'ready' && device.reading('value').quality === 'good';
  await rig.until(() => rig.registry.devices.every(isReady));
  const as = async (name: string, method: Method, url: string, body?: unknown, headers = {}) => {
    const json = body === undefined ? {} : { 'content-type': 'application/json' };
    const payload = body === undefined ? {} : { payload: JSON.stringify(body) };
    const asked = { method, url, headers: { authorization: `Bearer ${name}`, ...json, ...headers }, ...payload };
    return await rig.settled(http.inject(asked));
  };
  const executed = (): readonly string[] => [...Object.values(toys), ...bus].flatMap((toy) => toy.executed);
  return { rig, http, toys, bus, as, executed };
}

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
