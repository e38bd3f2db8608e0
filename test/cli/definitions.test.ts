import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { drivers } from '../../drivers/index.ts';
import { definitions } from '../../src/definitions/defined.ts';
import { runCommandLine } from '../../src/cli/program.ts';
import { systemClock } from '../../src/clock.ts';
import { transports } from '../../src/transport/index.ts';

let folder: string;

const heater = `model: heater
summary: A heater
line: { baudRate: 19200, parity: even, outTerminator: "\\r", inTerminator: "\\r" }
properties:
  temperature: { schema: { type: number, unit: °C }, read: { send: 'T?', expect: 'T={value:%f}' } }
examples:
  - { send: 'T?', reply: T=23.5, read: { temperature: 23.5 }, manual: §3.1 }
`;
const base = heater.replace('model: heater', 'abstract: true').replace(/^examples:[^]*/m, '');

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bellcrank-definitions-'));
  await mkdir(join(folder, 'devices'));
  await mkdir(join(folder, 'below'));
});
afterAll(() => rm(folder, { recursive: true }));

async function file(name: string, text: string): Promise<string> {
  await writeFile(join(folder, name), text);
  return join(folder, name);
}

/** The command line in this process; what only `serve` needs is not there. */
async function run(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const said = { stdout: '', stderr: '' };
  const missing = (): never => {
    throw new Error('not for this test');
  };
  const context: Parameters<typeof runCommandLine>[1] = {
    loadParts: () =>
      Promise.resolve({ transports, drivers, simulators: [], faults: [], definitions, createApp: missing }),
    createLog: missing,
    clock: systemClock,
    version: '9.9.9',
    env: {},
    shutdown: new AbortController().signal,
    out: (text) => void (said.stdout += text),
    err: (text) => void (said.stderr += text),
  };
  return { code: await runCommandLine(args, context), ...said };
}

const plain = (text: string): string => text.replaceAll(`${folder}/`, '');

test('check says what a definition holds', async () => {
  const { code, stdout, stderr } = await run('check', await file('heater.yaml', heater));
  expect([code, plain(stdout), stderr]).toEqual([0, 'heater.yaml: OK, heater (A heater): 1 property, 1 example\n', '']);
});

test('check tells what is wrong and what is doubtful, each with its place', async () => {
  const bad = heater
    .replace('reply: T=23.5', 'reply: T=23.4')
    .replace('summary: A heater', 'summary: A heater\noptions: { unit: { type: integer, default: 1 } }');
  const { code, stdout, stderr } = await run('check', await file('bad.yaml', bad));
  expect([code, stdout, plain(stderr)]).toEqual([
    1,
    '',
    `bad.yaml:3:12: warning: options.unit: is never used
bad.yaml:8:55: error: examples[0].read.temperature: the reply tells 23.4
1 error, 1 warning
`,
  ]);
});

test('check of a base, and of what extends it by path and by name', async () => {
  await file('base.yaml', base);
  const ofBase = await run('check', join(folder, 'base.yaml'));
  expect(plain(ofBase.stdout)).toBe('base.yaml: OK, a base for other definitions\n');
  for (const reference of ['./base.yaml', 'heater']) {
    const child = await file('child.yaml', `model: child\nextends: ${reference}\nexamples: []\n`);
    const { code, stdout } = await run('check', child);
    expect([code, plain(stdout)]).toEqual([0, 'child.yaml: OK, child (A heater): 1 property\n']);
  }
});

test('a base stands beside what extends it or below, and is a definition', async () => {
  await file('base.yaml', base);
  await file('base.txt', base);
  await file('below/base.yaml', base);
  const child = (reference: string): string => `model: child\nextends: ${reference}\nexamples: []\n`;
  expect((await run('check', await file('child.yaml', child('./below/base.yaml')))).code).toBe(0);
  for (const reference of ['./../base.yaml', './../../etc/shadow', '../base.yaml']) {
    const { stderr } = await run('check', await file('below/child.yaml', child(reference)));
    expect(plain(stderr)).toContain(`child.yaml:2:10: error: extends: names no definition "${reference}"`);
  }
  const { stderr } = await run('check', await file('child.yaml', child('./base.txt')));
  expect(plain(stderr)).toContain('child.yaml:2:10: error: extends: names no definition "./base.txt"');
});

test('a configuration names definitions and folders of them, and their problems stand in their own files', async () => {
  await file('devices/a.yaml', heater.replace('model: heater', 'model: a'));
  await file(
    'devices/b.yaml',
    heater.replace('model: heater', 'model: b').replace("send: 'T?', expect", 'sned: x, expect'),
  );
  await file('devices/notes.txt', 'not a definition');
  const config = (drivers: string): string => `drivers: ${drivers}
connections: { l: { serial: { path: /dev/a } }, m: { serial: { path: /dev/b } } }
devices: { one: { driver: a, connection: l }, two: { driver: heater, connection: m } }
`;
  const good = await file('good.yaml', config('[./heater.yaml, ./devices/a.yaml]'));
  const { code, stdout, stderr } = await run('check', good);
  expect([code, plain(stdout), stderr]).toEqual([
    0,
    'good.yaml: OK, 2 devices, to be served on 127.0.0.1 port 7080\n  one: a on l\n  two: heater on m\n',
    '',
  ]);
  const bad = await run('check', await file('lab.yaml', config('[./devices/, ./heater.yaml, ./gone.yaml, ./none/]')));
  expect([bad.code, plain(bad.stderr)]).toEqual([
    1,
    `lab.yaml:1:38: drivers[2]: gone.yaml does not exist
lab.yaml:1:51: drivers[3]: does not exist
devices/b.yaml:5:62: properties.temperature.read.sned: is not a known key; did you mean "send"?
3 problems
`,
  ]);
});

test('a definition whose simulator cannot run is an error where somebody wrote one, and a warning elsewhere', async () => {
  const relations = { pressure: '{ follows: temperature }', temperature: '{ follows: pressure }' };
  const circle = `${heater.replace('examples:', "  pressure: { schema: { type: number }, read: { send: 'P?', expect: 'P={value:%f}' } }\nexamples:")}simulator:
  relations: { temperature: ${relations.temperature}, pressure: ${relations.pressure} }
`;
  const bad = await run('check', await file('circle.yaml', circle));
  expect([bad.code, plain(bad.stderr)]).toEqual([
    1,
    expect.stringMatching(/^circle\.yaml:10:3: error: simulator: cannot run: .* in a circle.*\n1 error\n$/) as unknown,
  ]);
  const digits = heater
    .replace("'T={value:%f}'", "'T={value:%/[0-9.]+/}'")
    .replace('type: number', 'type: string, pattern: "^2[0-9]{5}$"')
    .replace('§3.1', '§3')
    .replaceAll('23.5', '"234567"')
    .replace('T="234567"', 'T=234567');
  const doubtful = await run('check', await file('digits.yaml', digits));
  expect([doubtful.code, plain(doubtful.stderr)]).toEqual([
    0,
    expect.stringMatching(/warning: simulator: cannot run: temperature cannot be .* at first/) as unknown,
  ]);
});

test('what is no YAML is told as of a definition, and a configuration is none', async () => {
  const broken = await run('check', await file('broken.yaml', `${heater}line: [`));
  expect([broken.code, plain(broken.stderr)]).toEqual([
    1,
    expect.stringMatching(/^broken\.yaml:\d+:\d+: error: is not valid YAML: [^]*\n1 error\n$/) as unknown,
  ]);
  const lab = await file('lab.config.yaml', 'drivers: [./heater.yaml]\nconnections: {}\n');
  const tried = await run('try', lab, '--port', '/dev/null');
  expect([tried.code, plain(tried.stderr)]).toEqual([
    1,
    'lab.config.yaml is a configuration; name the definition that its devices have for a driver\n',
  ]);
});
