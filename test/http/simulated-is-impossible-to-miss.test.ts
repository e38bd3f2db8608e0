import { Type } from '@sinclair/typebox';
import { beforeAll, expect, test, vi } from 'vitest';
import { runSimulator } from '../../simulators/wire/run.ts';
import { type App, createApp } from '../../src/app.ts';
import { systemClock } from '../../src/clock.ts';
import type { ParentLog } from '../../src/device/settings.ts';
import { MemoryStore } from '../../src/store/memory.ts';
import type { Transport } from '../../src/transport/index.ts';
import { memoryBytes } from '../../src/transport/memory.ts';
import { load } from '../../src/config/fixture.ts';
import type { StreamEntry } from '../../src/stream/index.ts';
import { toyKind } from '../support/simulated-toys.ts';
import { ToyDevice, toyDriver } from '../support/toy.ts';

interface Line {
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

const lines: Line[] = [];
const told: StreamEntry[] = [];
let app: App;

function logOf(common: object): ParentLog {
  const write = (fields: object, message: string): void =>
    void lines.push({ message, fields: JSON.parse(JSON.stringify({ ...common, ...fields })) as Line['fields'] });
  return { debug: write, info: write, warn: write, error: write, child: (more) => logOf({ ...common, ...more }) };
}

/** A port with a toy behind it, as real as a test can have one. */
const port: Transport = {
  name: 'serial',
  presents: 'serial',
  shape: 'bytes',
  settings: Type.Object({}),
  label: () => 'real-port',
  open: () => {
    const { near, far } = memoryBytes();
    new ToyDevice().serve(far);
    return Promise.resolve(near);
  },
};

beforeAll(async () => {
  const loaded = await load('{}');
  if (!loaded.ok) throw new Error('the defaults are valid');
  const { kind } = toyKind();
  const connections = {
    'sim-line': {
      kind: 'simulate',
      simulated: true,
      via: 'memory',
      devices: [{ model: 'toy', seed: 1, options: {} }],
    },
    'real-line': { kind: 'transport', transport: 'serial', settings: {}, simulated: false },
  } as const;
  const device = { driver: 'toy', options: {}, labels: {}, limits: {}, deny: [], enabled: true, history: {} } as const;
  app = await createApp({
    config: {
      ...loaded.config,
      connections,
      devices: {
        sim: { ...device, connection: 'sim-line', onShutdown: 'leave', retries: 0 },
        real: { ...device, connection: 'real-line', onShutdown: 'leave', retries: 0 },
      },
    },
    drivers: [toyDriver()],
    transports: [port],
    simulate: async () => {
      const running = await runSimulator(kind, { via: 'memory', seed: 1, options: {}, clock: systemClock });
      return { ...running, controls: [running.control] };
    },
    clock: systemClock,
    random: () => 0.5,
    log: logOf({}),
    version: '0.0.0',
    store: new MemoryStore(1000),
  });
  app.stream.follow((entry) => void told.push(entry));
  await app.open();
  for (const id of ['sim', 'real']) {
    await vi.waitFor(() => expect(app.registry.get(id).state).toBe('ready'), { timeout: 5000 });
  }
  return () => app.close();
});

type Method = 'GET' | 'HEAD' | 'PUT' | 'PATCH' | 'POST' | 'DELETE';

async function ask(method: Method, url: string, body?: unknown) {
  const headers = body === undefined ? {} : { 'content-type': 'application/json' };
  const sent = body === undefined ? {} : { payload: JSON.stringify(body) };
  return await app.http.inject({ method, url, headers, ...sent });
}

/** Whatever can be asked of one device. The last of them leave it as it was. */
const ofDevice: readonly (readonly [Method, string, unknown?])[] = [
  ['GET', ''],
  ['GET', '/properties'],
  ['GET', '/properties/value'],
  ['GET', '/properties/value?maxAgeMs=0'],
  ['GET', '/properties/nothing'],
  ['PUT', '/properties/setpoint', { value: 5 }],
  ['POST', '/commands/set', { value: 5 }],
  ['POST', '/commands/set?dryRun=true', { value: 5 }],
  ['POST', '/commands/set', { value: 99 }],
  ['POST', '/commands/set', { value: 'x' }],
  ['POST', '/commands/nothing', {}],
  ['POST', '/raw', { text: 'PULSE\n' }],
  ['GET', '/interlocks'],
  ['GET', '/history/value'],
  ['GET', '/history/value?points=5'],
  ['GET', '/trace'],
  ['GET', '/td'],
  ['GET', '/wot/properties'],
  ['GET', '/wot/properties/value'],
  ['PUT', '/wot/properties/setpoint', 5],
  ['POST', '/wot/actions/set', { value: 5 }],
  // Whose answers do not end: their headers come first.
  ['HEAD', '/wot/properties/value/observe'],
  ['HEAD', '/wot/events/nothing'],
  ['PUT', '/lease', { ttlMs: 60_000 }],
  ['GET', '/lease'],
  ['POST', '/commands/set', { value: 6 }],
  ['PUT', '/lease?steal=true', { ttlMs: 1 }],
  ['DELETE', '/lease'],
  ['POST', '/stop'],
  ['POST', '/commands/set', { value: 6 }],
  ['DELETE', '/stop'],
  ['PATCH', '', { enabled: false }],
  ['DELETE', ''],
  ['POST', '/reconnect', {}],
];

/** Every resource in an answer that is of a device: whatever names it, or has its id. */
function resourcesOf(value: unknown, id: string): Readonly<Record<string, unknown>>[] {
  if (typeof value !== 'object' || value === null) return [];
  const its = value as Record<string, unknown>;
  const deeper = Object.values(its).flatMap((each) => resourcesOf(each, id));
  const links = (its['links'] ?? {}) as Record<string, unknown>;
  // An entry of a trace is part of the whole, which says it once.
  const names = [its['id'], its['device']].includes(id) && !('sequence' in its);
  return names || links['device'] === `/v1/devices/${id}` ? [its, ...deeper] : deeper;
}

test.each(ofDevice.map(([method, path, body]) => ({ method, path, body })))(
  '$method /v1/devices/{id}$path',
  async ({ method, path, body }) => {
    for (const [id, simulated] of [
      ['sim', true],
      ['real', false],
    ] as const) {
      const response = await ask(method, `/v1/devices/${id}${path}`, body);
      const what = `${id}: ${response.statusCode} ${response.body}`;
      expect(response.headers['bellcrank-simulated'], what).toBe(simulated ? 'true' : undefined);
      const answer: unknown = response.body === '' ? undefined : JSON.parse(response.body.split('\n')[0] ?? '');
      for (const resource of resourcesOf(answer, id)) expect(resource['simulated'], what).toBe(simulated);
      if (!simulated) expect(response.body).not.toMatch(/"simulated":\s*true/);
    }
  },
);

test('every route of one device is among them', async () => {
  const { paths } = (await ask('GET', '/openapi.json')).json<{ paths: Record<string, object> }>();
  const asked = new Set(ofDevice.map(([method, path]) => `${method.replace('HEAD', 'GET')} ${path.split('?')[0]}`));
  const known = Object.entries(paths)
    .filter(([path]) => path.startsWith('/v1/devices/{id}'))
    .flatMap(([path, item]) => Object.keys(item).map((method) => `${method.toUpperCase()} ${path.slice(16)}`))
    .map((route) => route.replace('{property}', 'value').replace('actions/{name}', 'actions/set'))
    .map((route) =>
      route
        .replace('events/{name}', 'events/nothing')
        .replace('PUT /wot/properties/{name}', 'PUT /wot/properties/setpoint'),
    )
    .map((route) => route.replace('{name}', 'value'));
  expect(known.length).toBeGreaterThan(10);
  expect(known.filter((route) => !asked.has(route))).toEqual([]);
});

test.each([
  ['sim-line', 'true'],
  ['real-line', undefined],
])('a device on %s that is added, and is gone with the answer to its removal', async (connection, simulated) => {
  const id = `added-${connection}`;
  const body = { id, driver: 'toy', connection, options: { unit: 'x' } };
  const added = await ask('POST', '/v1/devices', body);
  expect([added.statusCode, added.headers['bellcrank-simulated']]).toEqual([201, simulated]);
  const removed = await ask('DELETE', `/v1/devices/${id}`);
  expect([removed.statusCode, removed.headers['bellcrank-simulated']]).toEqual([204, simulated]);
});

test('lists, and what is of no one device', async () => {
  for (const path of ['/v1/devices', '/v1/commands?limit=500', '/v1/simulators', '/v1/discovery']) {
    const answer = (await ask('GET', path)).json<unknown>();
    for (const resource of resourcesOf(answer, 'sim')) expect(resource['simulated'], path).toBe(true);
    for (const resource of resourcesOf(answer, 'real')) expect(resource['simulated'], path).toBe(false);
  }
  const { items } = (await ask('GET', '/v1/commands?device=sim')).json<{ items: { id: string }[] }>();
  expect(items.length).toBeGreaterThan(4);
  expect((await ask('GET', `/v1/commands/${items[0]?.id}`)).headers['bellcrank-simulated']).toBe('true');
  const stopped = (await ask('POST', '/v1/stop')).json<unknown>();
  expect(resourcesOf(stopped, 'sim').map(({ simulated }) => simulated)).toContain(true);
  expect(resourcesOf(stopped, 'real').map(({ simulated }) => simulated)).toContain(false);
  await ask('DELETE', '/v1/stop');
});

test('every line of the log that names it, its connection or a command of its, says so; no other does', async () => {
  for (const [path, body] of [
    ['faults', { faults: [{ kind: 'mute', clearAfterMs: 300 }] }],
    ['faults', { faults: [] }],
  ] as const) {
    await ask('PUT', `/v1/simulators/sim/${path}`, body);
    await ask('POST', '/v1/devices/sim/commands/set', { value: 5 });
  }
  await ask('PATCH', '/v1/simulators/sim/state', { temperature: 30 });
  await ask('POST', '/v1/simulators/sim/press', { button: 'unplug' });
  await expect.poll(() => app.registry.get('sim').state).toBe('offline');
  await ask('POST', '/v1/devices/sim/stop');
  await ask('DELETE', '/v1/devices/sim/stop');
  await ask('POST', '/v1/simulators/sim/press', { button: 'plug' });
  await expect.poll(() => app.registry.get('sim').state, { timeout: 10_000 }).toBe('ready');
  const ids = async (device: string): Promise<string[]> => {
    const { items } = (await ask('GET', `/v1/commands?device=${device}&limit=500`)).json<{ items: { id: string }[] }>();
    return items.map(({ id }) => id);
  };
  const simulated = ['sim', 'sim-line', 'simulator sim-line', ...(await ids('sim'))];
  const real = ['real', 'real-line', 'real-port', ...(await ids('real'))];
  const of = (names: readonly string[]): Line[] =>
    lines.filter(({ fields }) =>
      Object.values(fields)
        .flat()
        .some((value) => names.includes(String(value))),
    );
  expect(of(simulated).filter(({ fields }) => fields['simulated'] !== true)).toEqual([]);
  expect(of(real).filter(({ fields }) => 'simulated' in fields)).toEqual([]);
  // A line that nothing is said by would not be missed here.
  for (const message of [
    'connection open',
    'device state',
    'command ended',
    'device stopped',
    'faults set',
    'lease granted',
  ]) {
    expect(of(simulated).map((line) => line.message)).toContain(message);
  }
});

test('every entry of the live stream that is about it says so, and no other does', () => {
  const ofSim = told.filter(({ subjects }) =>
    subjects.some(({ device }) => ['sim', 'added-sim-line'].includes(device)),
  );
  const others = told.filter((entry) => !ofSim.includes(entry));
  expect(ofSim.filter(({ data }) => (data as { simulated?: unknown }).simulated !== true)).toEqual([]);
  expect(others.filter(({ data }) => (data as { simulated?: unknown }).simulated !== false)).toEqual([]);
  const types = (entries: readonly StreamEntry[]): string[] => [...new Set(entries.map(({ type }) => type))].sort();
  // A kind of entry that nothing was told of would not be missed here.
  expect(types(ofSim)).toEqual(['command', 'device', 'lease', 'property', 'simulator']);
  expect(types(others)).toEqual(['command', 'device', 'lease', 'property']);
});
