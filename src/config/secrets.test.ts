import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { catalogue, load, problemsOf } from './fixture.ts';
import { loadConfig } from './load.ts';

const secret = 'hunter2-is-the-password';
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bellcrank-secrets-'));
  await writeFile(join(folder, 'password'), `${secret}\n`);
  await writeFile(join(folder, 'two-lines'), `${secret}\r\nmore\n\n`);
  await writeFile(join(folder, 'empty'), '\n');
  await writeFile(join(folder, 'large'), 'x'.repeat(65_537));
  await writeFile(join(folder, 'bytes'), Uint8Array.of(0xc3, 0x28));
});
afterAll(() => rm(folder, { recursive: true }));

const broker = (password: string): string => `connections:
  broker:
    mqtt:
      url: mqtt://h
      password: ${password}
`;

const passwordOf = async (text: string, env = {}): Promise<unknown> => {
  const result = await load(text, { env, file: join(folder, 'lab.yaml') });
  return result.ok ? result.config.connections['broker'] : result.problems;
};

test('a secret comes from the environment', async () => {
  expect(await passwordOf(broker('{ env: MQTT_PASSWORD }'), { MQTT_PASSWORD: secret })).toMatchObject({
    settings: { password: secret },
  });
});

test('a secret comes from a file beside the configuration, without the newline that ends it', async () => {
  expect(await passwordOf(broker('{ file: password }'))).toMatchObject({ settings: { password: secret } });
  expect(await passwordOf(broker('{ file: ./two-lines }'))).toMatchObject({
    settings: { password: `${secret}\r\nmore\n` },
  });
});

test('what is missing is told with its place and nothing else is told of it', async () => {
  const cases: [string, string][] = [
    ['{ env: NOT_SET }', 'the environment variable NOT_SET is not set'],
    ['{ env: constructor }', 'the environment variable constructor is not set'],
    ['{ env: EMPTY }', 'the environment variable EMPTY is empty'],
    ['{ file: none }', 'the file none does not exist'],
    ['{ file: . }', 'the file . is a folder'],
    ['{ file: empty }', 'the file empty is empty'],
    ['{ file: large }', 'the file large is larger than 65536 bytes'],
    ['{ file: bytes }', 'the file bytes is not text in UTF-8'],
  ];
  for (const [reference, detail] of cases) {
    expect(await passwordOf(broker(reference), { EMPTY: '' })).toEqual([
      { source: join(folder, 'lab.yaml'), line: 5, column: 17, path: 'connections.broker.mqtt.password', detail },
    ]);
  }
});

test('a value that is no reference is told as what it is', async () => {
  expect(await problemsOf(broker('{ env: A, file: b }'))).toEqual([
    'lab.yaml:5:17: connections.broker.mqtt.password: must be string, not an object; a text that begins with { or [ must stand in quotes',
  ]);
  expect(
    await problemsOf('devices: { d: { driver: plug, options: { topic: { env: TOPIC } } } }', { env: { TOPIC: 't' } }),
  ).toContain(
    'lab.yaml:1:49: devices.d.options.topic: must be string, not an object; a text that begins with { or [ must stand in quotes',
  );
});

test('a reference may be anywhere in a connection, and is validated as what it refers to', async () => {
  const env = { MODEL: 'supply', PORT_PATH: '/dev/a', SHORT: 'abc' };
  const result = await load(
    `connections:
  a: { simulate: { model: { env: MODEL }, via: pty } }
  b: { serial: { path: { env: PORT_PATH } } }
`,
    { env },
  );
  expect(result).toMatchObject({
    ok: true,
    config: { connections: { a: { devices: [{ model: 'supply' }] }, b: { settings: { path: '/dev/a' } } } },
  });
  expect(await problemsOf(broker('{ env: SHORT }'), { env })).toEqual([
    'lab.yaml:5:17: connections.broker.mqtt.password: must NOT have fewer than 4 characters',
  ]);
});

test('what stands for a whole connection or its settings is no reference', async () => {
  expect(await problemsOf('connections: { a: { env: A }, b: { tcp: { file: b } } }', { env: { A: secret } })).toEqual([
    'lab.yaml:1:21: connections.a.env: is not a known key; known: serial, tcp, mqtt, simulate, simulated',
    'lab.yaml:1:36: connections.b.tcp.host: is required',
    'lab.yaml:1:36: connections.b.tcp.port: is required',
    'lab.yaml:1:43: connections.b.tcp.file: is not a known key; known: host, port',
  ]);
});

test('a missing secret of a required key is one problem, not two', async () => {
  expect(await problemsOf('connections: { a: { serial: { path: { env: NONE } } } }')).toEqual([
    'lab.yaml:1:37: connections.a.serial.path: the environment variable NONE is not set',
  ]);
});

test('no secret is in any problem, however wrong its place is', async () => {
  const places = [
    '  a: { serial: { path: S, baudRate: S } }\n  b: { serial: { path: S } }',
    '  a: { mqtt: { url: S, password: [S] } }',
    '  a: { simulate: { model: S, via: S, seed: S, options: { load: S } } }',
    '  a: { simulate: { model: S, via: pty } }\ndevices: { d: { driver: supply, connection: a } }',
    '  a: { simulate: { model: supply, via: S } }\ndevices: { d: { driver: plug, connection: a } }',
    '  a: { tcp: { host: { env: NONE }, port: S } }',
  ];
  for (const place of places) {
    const told = await problemsOf(`connections:\n${place.replaceAll('S', '{ env: SECRET }')}`, {
      env: { SECRET: secret },
    });
    expect(told.length).toBeGreaterThan(0);
    expect(told.join('\n')).not.toContain('hunter2');
  }
});

test('a secret that stands in the file itself is not quoted by the parser’s messages either', async () => {
  for (const value of [
    '*hunter2',
    '!hunter2 x',
    '&hunter2 *hunter2',
    '"hunter2',
    '|hunter2',
    '@hunter2',
    'a: hunter2',
    '"\\qhunter2"',
    '"a" hunter2',
    '%hunter2',
    '[hunter2',
    '}hunter2',
  ]) {
    const told = await problemsOf(broker(value));
    expect([value, told.length > 0]).toEqual([value, true]);
    expect(told.join('\n')).not.toContain('hunter2');
  }
});

test('endless files are read no further than the bound', async () => {
  const result = await loadConfig({ ...catalogue, file: '/dev/zero', env: {} });
  expect(result).toEqual({
    ok: false,
    problems: [{ source: '/dev/zero', path: '', detail: 'is larger than 4194304 bytes' }],
  });
});
