import { Type } from '@sinclair/typebox';
import { expect, test } from 'vitest';
import type { AnyDriver } from '../driver/contract.ts';
import { catalogue, load, problemsOf } from './fixture.ts';
import { historyProblems } from './history.ts';

const read = { access: 'read', source: 'pushed' } as const;
const meter: AnyDriver = {
  contract: 1,
  model: {
    name: 'meter',
    summary: 'A meter',
    commands: {},
    properties: {
      level: { summary: 'Level', ...read, schema: Type.Number() },
      open: { summary: 'Open', ...read, schema: Type.Boolean() },
      anything: { summary: 'Anything', ...read, schema: Type.Unknown() },
    },
    events: {},
  },
  transports: ['none'],
  options: Type.Object({}, { additionalProperties: false }),
  attach: () => {
    throw new Error('only data');
  },
};

const history = (rules: string): Promise<string[]> =>
  problemsOf(`devices:\n  m:\n    driver: meter\n    history: { ${rules} }\n`, {
    drivers: [...catalogue.drivers, meter],
  });

test.each([
  ['level: { deadband: 0.1 }'],
  ['level: { keep: change, deadband: 0, everyMs: 5 }'],
  ['anything: { deadband: 1 }'],
  ['open: { keep: interval, everyMs: 5 }'],
  ['open: { keep: off }'],
])('%s is fine', async (rules) => {
  expect(await history(rules)).toEqual([]);
});

test.each([
  ['lvel: { keep: off }', '4:16: devices.m.history.lvel: names no property; did you mean "level"?'],
  [
    'level: { keep: interval, deadband: 1 }',
    '4:51: devices.m.history.level.deadband: has no effect with keep: interval, only with change; remove it',
  ],
  [
    'level: { keep: off, deadband: 1 }',
    '4:46: devices.m.history.level.deadband: has no effect with keep: off, only with change; remove it',
  ],
  [
    'level: { keep: off, everyMs: 1 }',
    '4:45: devices.m.history.level.everyMs: has no effect with keep: off; remove it',
  ],
  ['open: { deadband: 1 }', '4:34: devices.m.history.open.deadband: is for numbers, and open is none; remove it'],
])('%s', async (rules, problem) => {
  expect(await history(rules)).toEqual([`lab.yaml:${problem}`]);
});

test('a rule without keep is one for changes', async () => {
  const text = 'devices:\n  m: { driver: meter, history: { level: { deadband: 0.5 } } }\n';
  expect(await load(text, { drivers: [meter] })).toMatchObject({
    config: { devices: { m: { history: { level: { keep: 'change', deadband: 0.5 } } } } },
  });
});

test('what a device that describes itself has, only it knows: its rules are judged when it has', async () => {
  const [supply] = catalogue.drivers;
  const telling: AnyDriver = { ...(supply as AnyDriver), selfDescribing: true }; // the fixture has it
  const text = `
connections: { l: { serial: { path: /dev/a } } }
devices: { a: { driver: supply, connection: l, history: { glow: { deadband: 1 } } } }
interlocks: [{ name: i, device: a, forbid: [glow-up], unless: self.glow < 5, onViolation: stop }]
`;
  expect(await load(text, { drivers: [telling] })).toMatchObject({ ok: true });
  expect(historyProblems({ glow: { deadband: 1 }, voltage: { deadband: 1 } }, telling.model)).toEqual([
    'history.glow names no property; known: voltage, setpoint',
  ]);
});
