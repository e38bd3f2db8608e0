import type { FastifyInstance } from 'fastify';
import type { Readable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { BellcrankError } from '../../src/errors.ts';
import { byName, callerOf, type Route, routesOf } from '../support/access.ts';
import { httpOver, openAccess } from '../support/http.ts';
import { simulatedToys } from '../support/simulated-toys.ts';
import { type Rule, rules } from './routes.ts';

/**
 * Who they are, and what that is worth, said twice: as scopes, for the service, and as an answer for each question, for
 * the test. The service has `sim` in the lab, and `left`, `right`, `real` and `foreign` in the hall.
 */
interface Role {
  readonly scopes: readonly string[];
  /** `device`: `sim`, another one, or all that there are and will be. */
  readonly may: (action: string, device: 'sim' | 'other' | 'all', command?: string) => boolean;
}

const all = ['read', 'command', 'stop', 'lease', 'configure', 'simulate', 'admin'];
const rankAndFile = (...actions: readonly string[]): Role => ({
  scopes: actions,
  may: (action) => actions.includes(action),
});

const roles: Readonly<Record<string, Role>> = {
  viewer: rankAndFile('read'),
  operator: rankAndFile('read', 'command', 'stop', 'lease'),
  engineer: rankAndFile('read', 'command', 'stop', 'lease', 'configure', 'simulate'),
  admin: rankAndFile(...all),
  'one-device': { scopes: all.map((action) => `${action}:sim`), may: (_, device) => device === 'sim' },
  'one-label': { scopes: all.map((action) => `${action}:label/room=lab`), may: (_, device) => device === 'sim' },
  'another-device': { scopes: all.map((action) => `${action}:left`), may: (_, device) => device === 'other' },
  'one-command': {
    scopes: ['command:sim:set'],
    may: (action, device, command) => action === 'command' && device === 'sim' && [undefined, 'set'].includes(command),
  },
  nothing: { scopes: [], may: () => false },
};

function isAllowed({ needs }: Rule, role: Role | undefined): boolean {
  if (needs === 'open') return true;
  if (role === undefined) return false;
  if (needs === 'known') return true;
  const [action = '', what = ''] = needs.split(' ');
  if (what === '*') return role.may(action, 'all');
  if (what === '?') return role.may(action, 'sim') || role.may(action, 'other');
  const command = what.slice('sim:'.length);
  return role.may(action, 'sim', command === '' ? undefined : command);
}

async function service() {
  const its = await simulatedToys();
  const { rig, simulators } = its;
  for (const device of rig.registry.devices) device.labels = { room: device.id === 'sim' ? 'lab' : 'hall' };
  await rig.until(() => rig.registry.devices.every(({ state }) => state === 'ready'));
  const callers = Object.fromEntries(
    Object.entries(roles).map(([name, { scopes }]) => [name, callerOf(name, ...scopes)]),
  );
  const access = { ...openAccess(rig), authenticate: byName(callers) };
  const http = await httpOver(rig, {
    simulators,
    access,
    reload: {
      reload: () => Promise.reject(new BellcrankError('not-found', 'there is no file')),
    },
  });
  return { ...its, http };
}

interface Reply {
  readonly status: number;
  readonly code: unknown;
  readonly headers: Readonly<Record<string, unknown>>;
}

/** Asks, and leaves as soon as it is known how that went. */
async function ask(
  { http, rig }: Awaited<ReturnType<typeof service>>,
  { method, url }: Route,
  { path, body, needs }: Rule,
  role: string,
): Promise<Reply> {
  const asked = http.inject({
    method: method as 'GET',
    url: path ?? url.replace(':id', 'sim'),
    headers: {
      ...(role === 'nobody' ? {} : { authorization: `Bearer ${role}` }),
      ...(body === undefined || method === 'HEAD' || method === 'OPTIONS'
        ? {}
        : { 'content-type': 'application/json' }),
    },
    ...(body === undefined || method === 'HEAD' || method === 'OPTIONS' ? {} : { payload: JSON.stringify(body) }),
    payloadAsStream: true,
  });
  // Files come in their own time, and devices in the rig's.
  const answer = await (needs === 'open' ? asked : rig.settled(asked));
  const stream: Readable = answer.stream();
  const isProblem = String(answer.headers['content-type']).startsWith('application/problem+json') && method !== 'HEAD';
  const code = isProblem ? (JSON.parse(await textOf(stream)) as { code: unknown }).code : undefined;
  stream.destroy();
  return { status: answer.statusCode, code, headers: answer.headers };
}

async function textOf(stream: Readable): Promise<string> {
  let text = '';
  for await (const chunk of stream) text += String(chunk);
  return text;
}

/** All that a request could have changed. */
async function traces({ rig, toys, happenings }: Awaited<ReturnType<typeof service>>): Promise<object> {
  return {
    executed: toys.map(({ toy }) => [...toy.executed]),
    simulated: toys.map(({ temperature, door, pressed }) => ({ temperature, door, pressed })),
    happenings: happenings.length,
    facts: rig.store.facts.entries('').map(([key]) => key),
    revision: rig.registry.revision,
    devices: rig.registry.devices.map(({ id, latched, state }) => ({ id, latched, state })),
    leases: rig.leaseEvents.length,
    commands: (await rig.store.commands.list({ limit: 100 })).items.length,
  };
}

/** `HEAD` is what `GET` is. */
const ruleOf = ({ method, url }: Route): Rule | undefined => rules[`${method === 'HEAD' ? 'GET' : method} ${url}`];

const everyRoute = routesOf(async (): Promise<FastifyInstance> => (await service()).http);

/** One that is missing from the table is missed by one test, not by all of them. */
const allRoutes = everyRoute.then((routes) => routes.filter((route) => ruleOf(route) !== undefined));

test('every route is in the table, and nothing else is', async () => {
  const found = (await everyRoute).filter(({ method }) => method !== 'HEAD');
  const known = found.map(({ method, url }) => `${method} ${url}`);
  expect(known.toSorted()).toEqual(Object.keys(rules).toSorted());
});

describe.each(['nobody', ...Object.keys(roles)])('%s', (role) => {
  test('is kept from what is not theirs, and nothing comes of it', async () => {
    const its = await service();
    const routes = (await allRoutes).filter((route) => !isAllowed(ruleOf(route) ?? { needs: 'open' }, roles[role]));
    const before = await traces(its);
    for (const route of routes) {
      const rule = ruleOf(route) as Rule; // the test before this one sees to it
      const { status, code, headers } = await ask(its, route, rule, role);
      const what = `${route.method} ${route.url}`;
      expect([what, status]).toEqual([what, role === 'nobody' ? 401 : 403]);
      if (route.method !== 'HEAD') expect(code, what).toBe(role === 'nobody' ? 'unauthenticated' : 'forbidden');
      if (!isAllowed({ needs: 'read sim' }, roles[role]))
        expect(headers, what).not.toHaveProperty('bellcrank-simulated');
    }
    expect(await traces(its)).toEqual(before);
  });

  test('may do what is theirs', async () => {
    const its = await service();
    const found = await allRoutes;
    const order = Object.keys(rules);
    const place = ({ method, url }: Route): number => order.indexOf(`${method === 'HEAD' ? 'GET' : method} ${url}`);
    const routes = found.filter((route) => isAllowed(ruleOf(route) as Rule, roles[role]));
    for (const route of routes.toSorted((a, b) => place(a) - place(b))) {
      const { status } = await ask(its, route, ruleOf(route) as Rule, role);
      const what = `${route.method} ${route.url} ${status}`;
      const { demands = false } = ruleOf(route) as Rule;
      if (!demands) expect([401, 403], what).not.toContain(status);
      expect(status, what).toBeLessThan(500);
    }
  });

  test('asks with OPTIONS in vain, and learns nothing of devices by it', async () => {
    const its = await service();
    const before = await traces(its);
    const urls = new Set((await allRoutes).map(({ url }) => url));
    for (const url of urls) {
      const route = { method: 'OPTIONS', url };
      const { path } = Object.entries(rules).find(([key]) => key.endsWith(` ${url}`))?.[1] ?? {};
      const { status, headers } = await ask(
        its,
        route,
        { needs: 'open', ...(path === undefined ? {} : { path }) },
        role,
      );
      expect([url, status]).toEqual([url, 405]);
      if (!isAllowed({ needs: 'read sim' }, roles[role]))
        expect(headers, url).not.toHaveProperty('bellcrank-simulated');
    }
    expect(await traces(its)).toEqual(before);
  });
});
