import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { defaultLimits } from '../http/listening/limits.ts';
import { catalogue, load, problemsOf } from './fixture.ts';
import { loadConfig } from './load.ts';
import type { ReadFile } from './read-file.ts';
import { withDefaults } from '../yaml/schema-walk.ts';

test('every default is filled in and the result is frozen to its leaves', async () => {
  const result = await load(`
connections:
  line: { serial: { path: /dev/ttyUSB0 } }
  far: { tcp: { host: bench, port: 5025 }, simulated: true }
  sim: { simulate: { model: supply, via: pty } }
devices:
  psu-1:
    driver: supply
    connection: line
  plug:
    driver: virtual
    enabled: false
    labels: { bench: '1' }
`);
  expect(result).toMatchObject({ ok: true, drivers: catalogue.drivers });
  const config = result.ok ? result.config : undefined;
  const onShutdown = 'leave';
  expect(config).toStrictEqual({
    source: 'lab.yaml',
    store: {
      directory: resolve('bellcrank-data'),
      journal: 'required',
      durability: 'process',
      keepAlarms: 2000,
      keepDays: 90,
      keepMegabytes: 1024,
      keepReadingsDays: 7,
      keepSummaryDays: 400,
      keepReadingsMegabytes: 1024,
    },
    audit: { required: false, keepDays: 400, keepMegabytes: 2048 },
    access: { anonymous: [], roles: {}, jwt: [], certificates: [], sessions: { idleMinutes: 60, totalHours: 24 } },
    idempotency: { required: false, expiryHours: 24 },
    definitions: { reload: false },
    allowSimulated: true,
    server: {
      host: '127.0.0.1',
      port: 7080,
      allowedHosts: [],
      bodyLimitBytes: 65536,
      streamClients: 1500,
      streamEntries: 50_000,
      streamMegabytes: 16,
      limits: defaultLimits,
    },
    tracing: { ratio: 1, service: 'bellcrank', headers: {} },
    metrics: { open: false, devices: [] },
    log: { level: 'info', pretty: 'auto', requests: 'off' },
    simulation: { brokerPort: 0 },
    connections: {
      line: {
        kind: 'transport',
        transport: 'serial',
        settings: { path: '/dev/ttyUSB0', baudRate: 9600 },
        simulated: false,
      },
      far: { kind: 'transport', transport: 'tcp', settings: { host: 'bench', port: 5025 }, simulated: true },
      sim: {
        kind: 'simulate',
        via: 'pty',
        devices: [{ model: 'supply', seed: 1, options: { load: 10 } }],
        simulated: true,
      },
    },
    devices: {
      'psu-1': {
        driver: 'supply',
        connection: 'line',
        options: {},
        labels: {},
        limits: {},
        deny: [],
        enabled: true,
        onShutdown,
        history: {},
        retries: 0,
      },
      plug: {
        driver: 'virtual',
        options: {},
        labels: { bench: '1' },
        limits: {},
        deny: [],
        enabled: false,
        onShutdown,
        history: {},
        retries: 0,
      },
    },
    discovery: {},
    interlocks: [],
    alarms: [],
    webhooks: [],
    northbound: [],
    drivers: [],
  });
  expect(Object.isFrozen(config?.devices['psu-1']?.labels)).toBe(true);
  expect(Object.isFrozen(config?.server.allowedHosts)).toBe(true);
});

test('a default is copied, however deep, because the result is frozen and the schema is shared', () => {
  const schema = { type: 'object', properties: { a: { default: { deep: { list: [1] } } } } };
  const filled = withDefaults(schema, {}) as { a: { deep: { list: number[] } } };
  expect(filled).toEqual({ a: { deep: { list: [1] } } });
  filled.a.deep.list.push(2);
  expect(schema.properties.a.default).toEqual({ deep: { list: [1] } });
});

test('an empty mapping is a configuration without devices', async () => {
  expect(await load('{}')).toMatchObject({ ok: true, config: { devices: {}, connections: {} } });
});

test('ids that mean something to JavaScript are ids like any other', async () => {
  const result = await load('devices: { constructor: { driver: virtual } }');
  expect(result).toMatchObject({ ok: true, config: { devices: { constructor: { driver: 'virtual' } } } });
  expect(await problemsOf('devices: { a: { driver: supply, connection: constructor } }')).toEqual([
    'lab.yaml:1:45: devices.a.connection: names no connection; there are none',
  ]);
});

test('an alias is what it stands for, and problems in it are told for each use, where they are written', async () => {
  const text = `
connections:
  line: { serial: &port { path: /dev/a } }
devices:
  a: &device { driver: virtual, labels: { rack: 2 } }
  b: *device
`;
  expect(await problemsOf(text)).toEqual([
    'lab.yaml:5:49: devices.a.labels.rack: must be string, not a number; put it in quotes',
    'lab.yaml:5:49: devices.b.labels.rack: must be string, not a number; put it in quotes',
  ]);
  expect(await load(text.replace('rack: 2', 'rack: A'))).toMatchObject({
    ok: true,
    config: { devices: { b: { labels: { rack: 'A' } } } },
  });
});

test('the file must exist, be small enough and be text', async () => {
  const from = (readFile: ReadFile) => loadConfig({ ...catalogue, file: 'lab.yaml', env: {}, readFile });
  const missing = Object.assign(new Error('gone'), { code: 'ENOENT' });
  expect(await from(() => Promise.reject(missing))).toEqual({
    ok: false,
    problems: [{ source: 'lab.yaml', path: '', detail: 'does not exist' }],
  });
  expect(await from(() => Promise.resolve(Uint8Array.of(0xff, 0xfe)))).toMatchObject({
    problems: [{ detail: 'is not text in UTF-8' }],
  });
});

test('one piece of hardware is one device', async () => {
  const text = `
connections:
  line: { serial: { path: /dev/a } }
devices:
  a: { driver: supply, connection: line }
  b: { driver: supply, connection: line, limits: { set-voltage: { volts: { maximum: 5 } } } }
`;
  expect(await problemsOf(text)).toEqual([
    'lab.yaml:6:36: devices.b.connection: is taken by a, and its driver needs the connection for itself',
  ]);
  expect(
    await load(text.replace('connection: line, limits', 'connection: line, enabled: false, limits')),
  ).toMatchObject({ ok: true });
});

test('devices at different places share a connection, but not with one that needs it for itself', async () => {
  const [supply] = catalogue.drivers;
  if (supply === undefined) throw new Error('the fixture has a supply');
  const named = (name: string) => ({ ...supply, model: { ...supply.model, name }, address: () => name });
  const drivers = [named('left'), named('right'), supply];
  const of = (...names: string[]): string =>
    'connections: { l: { serial: { path: /dev/a } }, m: { serial: { path: /dev/b } } }\ndevices:\n' +
    names.map((name, at) => `  d${at}: { driver: ${name} }\n`).join('');
  const problems = async (...names: string[]): Promise<string[]> =>
    (await problemsOf(of(...names), { drivers })).map((line) => line.replace(/^[^ ]+ [^ ]+ /, ''));
  const whole = ', and its driver needs the connection for itself';
  expect(await problems('left, connection: l', 'right, connection: l', 'left, connection: m')).toEqual([]);
  expect(await problems('left, connection: l', 'right, connection: l', 'right, connection: l')).toEqual([
    'is taken by d1, and both have the address right there',
  ]);
  expect(await problems('right, connection: l', 'left, connection: l', 'supply, connection: l')).toEqual([
    `is taken by d0${whole}`,
  ]);
  expect(await problems('supply, connection: l', 'left, connection: l')).toEqual([
    'is taken by d0, which needs the connection for itself',
  ]);
});
