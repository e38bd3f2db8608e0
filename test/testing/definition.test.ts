import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, onTestFinished, test } from 'vitest';
import { conformance, createLab, definition, recordingChecks, type Samples } from '../../src/testing/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'bellcrank-definition-'));
afterAll(() => rmSync(folder, { recursive: true }));

function fileOf(name: string, text: string): string {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}

/** Two on a line, whose answers have several lines, each with a checksum. */
const gauge = fileOf(
  'gauge.yaml',
  `
model: gauge
options: { unit: { type: integer, minimum: 1, maximum: 9, default: 1 } }
address: '{unit}'
line: { outTerminator: "\\r", inTerminator: "\\r", replyTimeoutMs: 300 }
frame: { send: '@{unit:%d}{message}{%0<xor8>}', expect: '@{unit:%d}{message}{%0<xor8>}' }
errors: [{ match: 'E{code:%d}' }]
exchanges: { all: { send: 'ALL?', expect: ['P={p:%.3f}', 'S={s:%{0|1}}'] } }
properties:
  pressure: { schema: { type: number, unit: mbar }, read: { from: all, field: p } }
  running: { schema: { type: boolean }, read: { from: all, field: s } }
commands:
  run:
    effect: actuate
    params: { 'on': { type: boolean } }
    send: 'RUN{on:%{0|1}}'
    expect: OK
    verify: { property: running, param: 'on' }
simulator: { initial: { pressure: 1013 } }
`,
);

/** Its questions are numbered in the topic, which begins with a path of several levels. */
const gate = fileOf(
  'gate.yaml',
  `
model: gate
options: { base: { type: string, default: plant/hall }, name: { type: string, default: g1 } }
topics: { paths: [base], replyTimeoutMs: 500 }
commands:
  open: { effect: actuate, send: { topic: '{base}/{name}/open/{id}' }, reply: { topic: '{base}/{name}/opened/{id}' } }
`,
);

/** A map of registers. */
const oven = fileOf(
  'oven.yaml',
  `
model: little-oven
modbus: {}
properties:
  setpoint:
    schema: { type: number, unit: °C, minimum: 0, maximum: 300 }
    register: { table: holding, address: 0, type: int16, scale: 0.1 }
    write: { verify: {} }
`,
);

test('a lab has devices of definitions, several on a line', async () => {
  const { driver, simulator } = definition(gauge);
  const lab = await createLab({
    devices: {
      one: { driver: 'gauge', connection: 'line' },
      two: { driver: 'gauge', connection: 'line', options: { unit: 2 } },
    },
    connections: { line: { model: 'gauge', simulate: { units: [{ unit: 1 }, { unit: 2 }] } } },
    drivers: [driver],
    simulators: [simulator],
  });
  onTestFinished(async () => await lab.close());
  expect(await lab.device('two').command('run', { on: true })).toMatchObject({ outcome: 'succeeded', simulated: true });
  expect([lab.device('one').state['running'], lab.device('two').state['running']]).toEqual([false, true]);
});

/** What there is nothing to check with, and why. */
const gateSaysNo = { 'a refusal of the device is told as one': 'it has no words for that' };
const writesRepeat = { 'an echo is not taken for an answer': 'the response to a write repeats the request' };
const subjects: readonly [string, string, Samples][] = [
  ['of several lines', gauge, { checksum: true }],
  ['of topics', gate, { except: gateSaysNo }],
  ['of registers', oven, { except: writesRepeat }],
];
for (const [what, file, samples] of subjects) {
  const { driver, simulator } = definition(file);
  for (const { name, run } of conformance(driver, simulator, samples)) test(`${what}: ${name}`, run);
}

test('what is wrong with one is told where it stands, and so is what is no device', () => {
  const wrong = fileOf(
    'wrong.yaml',
    'model: wrong\nline: {}\nproperties:\n  a: { schema: { type: number }, raed: 1 }\n',
  );
  expect(() => definition(wrong)).toThrow(/wrong\.yaml:4:\d+: error: properties\.a\.raed: is not a known key/);
  const base = fileOf('base.yaml', 'abstract: true\nline: {}\n');
  expect(() => definition(base)).toThrow('base.yaml is a base for other definitions');
  expect(() => definition(join(folder, 'none.yaml'))).toThrow('none.yaml does not exist');
});

test('its simulator is held against recordings', async () => {
  fileOf('real.recording', 'bellcrank recording 1\n\n0 ! opened\n10 > "@1RUN109\\r"\n12 < "@1OK75\\r"\n');
  const [check] = recordingChecks(folder, definition(gauge).simulator);
  await check?.run();
});
