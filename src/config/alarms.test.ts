import { Type } from '@sinclair/typebox';
import { describe, expect, test } from 'vitest';
import type { AnyDriver } from '../driver/contract.ts';
import type { Model } from '../driver/spec.ts';
import { alarmProblems } from './alarms.ts';
import { catalogue, load, problemsOf } from './fixture.ts';

const empty = Type.Object({}, { additionalProperties: false });
const source = { pollMs: 500 };
const celsius = Type.Number({ unit: '°C', minimum: 0, maximum: 300 });

const oven: Model = {
  name: 'oven',
  summary: 'An oven',
  commands: {},
  properties: {
    temperature: { summary: 'Temperature', access: 'read', source, schema: celsius },
    setpoint: { summary: 'Setpoint', access: 'read', source, schema: celsius },
    power: { summary: 'Power', access: 'read', source, schema: Type.Number({ unit: 'W' }) },
    mode: { summary: 'Mode', access: 'read', source: 'pushed', schema: Type.String() },
    level: {
      summary: 'Level',
      access: 'write',
      schema: Type.Number(),
      write: { effect: 'idempotent', confirmation: 'sent', timeoutMs: 100 },
    },
  },
  events: {},
};

const attach = (): never => {
  throw new Error('only data');
};
const common = { contract: 1, transports: ['none'], options: empty, attach } as const;
const drivers: AnyDriver[] = [
  ...catalogue.drivers,
  { ...common, model: oven },
  { ...common, model: { ...oven, name: 'teller', properties: {} }, selfDescribing: true },
];

const devices = `devices:
  o: { driver: oven, labels: { zone: hot } }
  v: { driver: virtual, labels: { zone: hot, line: a } }
  t: { driver: teller }
alarms:
`;

/** The rule stands on lines 6 and following, its keys in column 5. */
const rule = (...lines: string[]): string => `${devices}  - ${lines.join('\n    ')}\n`;
const problems = async (...lines: string[]): Promise<string[]> =>
  (await problemsOf(rule(...lines), { drivers })).map((line) => line.replace('lab.yaml:', ''));

const good = ['name: hot', 'device: o', 'property: temperature'];

test('a rule is built as plain data, with its defaults', async () => {
  const result = await load(rule(...good, 'high: 80'), { drivers });
  const plain = { name: 'hot', device: 'o', property: 'temperature', hysteresis: 0, severity: 'warning' };
  expect(result).toMatchObject({ ok: true });
  if (!result.ok) return;
  expect(result.config.alarms).toEqual([{ ...plain, high: 80, delayMs: 0 }]);
  const stale = await load(rule(...good, 'stale: {}'), { drivers });
  expect(stale.ok && stale.config.alarms).toEqual([{ ...plain, stale: {}, delayMs: 10_000 }]);
  expect(await load('devices: {}')).toMatchObject({ ok: true, config: { alarms: [] } });
});

describe('what is fine', () => {
  test.each([
    [['high: 80', 'hysteresis: 5', 'delayMs: 1000', 'severity: critical', 'message: Open the door']],
    [['low: 10']],
    [['deviation: { from: setpoint, by: 5 }', 'hysteresis: 4.9']],
    [['deviation: { from: 180, by: 5 }']],
    [['stale: { maxAgeMs: 2000 }', 'delayMs: 0']],
  ])('%j', async (lines) => {
    expect(await problems(...good, ...lines)).toEqual([]);
  });

  test('a label whose devices have the property, some of them; a device that describes itself', async () => {
    expect(await problems('name: a', 'label: zone', 'property: temperature', 'high: 80')).toEqual([]);
    expect(await problems('name: a', 'label: zone=hot', 'property: temperature', 'high: 80')).toEqual([]);
    expect(await problems('name: a', 'device: t', 'property: whatever', 'high: 80')).toEqual([]);
  });

  test('a label that no device has yet, where devices are found', async () => {
    const text = rule('name: a', 'label: zone=cold', 'property: temperature', 'high: 80');
    const broker = 'connections: { house: { mqtt: { url: mqtt://house } } }\n';
    const [found] = await problemsOf(`${broker}discovery: { house: {} }\n${text}`, { drivers });
    expect(found ?? '').not.toContain('zone=cold');
  });
});

const a = 'alarms[0]';

describe('what is wrong is said with its place', () => {
  test.each([
    [['name: hot', 'property: temperature', 'high: 80'], `6:5: ${a}: needs device or label`],
    [
      ['name: hot', 'device: x', 'property: temperature', 'high: 80'],
      `7:13: ${a}.device: names no device; did you mean "o"?`,
    ],
    [
      ['name: hot', 'device: o', 'property: temprature', 'high: 80'],
      `8:15: ${a}.property: is no property of o; did you mean "temperature"?`,
    ],
    [
      ['name: hot', 'label: line', 'property: temperature', 'high: 80'],
      `8:15: ${a}.property: is no property of v; there are none`,
    ],
    [
      ['name: hot', 'device: o', 'property: level', 'high: 80'],
      `8:15: ${a}.property: of o cannot be read; known: temperature, setpoint, power, mode`,
    ],
    [
      ['name: hot', 'device: o', 'property: mode', 'high: 80'],
      `8:15: ${a}.property: must be a number to have limits, and mode is none; stale takes any property`,
    ],
    [good, `6:5: ${a}: needs one of high, low, deviation, stale`],
    [[...good, 'high: 80', 'low: 10'], `10:5: ${a}.low: stands beside high; write an alarm for each`],
    [[...good, 'high: .nan'], `9:11: ${a}.high: must be number`],
    [[...good, 'high: .inf'], `9:11: ${a}.high: must be number`],
    [[...good, "high: '80'"], `9:11: ${a}.high: must be number, not a string`],
    [[...good, 'high: 300'], `9:11: ${a}.high: can never be passed: temperature is 300 °C at most`],
    [[...good, 'low: 0'], `9:10: ${a}.low: can never be passed: temperature is 0 °C at least`],
    [
      [...good, 'high: 80', 'hysteresis: 81'],
      `10:17: ${a}.hysteresis: is too large: no value of temperature could come back that far`,
    ],
    [[...good, 'high: 80', 'hysteresis: -1'], `10:17: ${a}.hysteresis: must be >= 0`],
    [[...good, 'high: 80', 'delayMs: 0.5'], `10:14: ${a}.delayMs: must be integer`],
    [[...good, 'high: 80', 'severity: bad'], `10:15: ${a}.severity: must be one of "warning", "critical"`],
    [[...good, 'high: 80', 'histeresis: 5'], `10:5: ${a}.histeresis: is not a known key; did you mean "hysteresis"?`],
    [[...good, 'stale: {}', 'hysteresis: 5'], `10:5: ${a}.hysteresis: has no effect with stale; remove it`],
    [
      [...good, 'stale: { maxAgeMs: 500 }'],
      `9:24: ${a}.stale.maxAgeMs: must be more than 500, because temperature is asked for every 500 ms; 1000 is sensible`,
    ],
    [
      [...good, 'deviation: { from: setpont, by: 5 }'],
      `9:24: ${a}.deviation.from: is no property of o; did you mean "setpoint"?`,
    ],
    [
      [...good, 'deviation: { from: temperature, by: 5 }'],
      `9:24: ${a}.deviation.from: is the property itself; name its setpoint, or a number`,
    ],
    [
      [...good, 'deviation: { from: power, by: 5 }'],
      `9:24: ${a}.deviation.from: is in W, and temperature in °C; they cannot be compared`,
    ],
    [
      [...good, 'deviation: { from: mode, by: 5 }'],
      `9:24: ${a}.deviation.from: must be a number to have limits, and mode is none; stale takes any property`,
    ],
    [[...good, 'deviation: { from: setpoint, by: 0 }'], `9:38: ${a}.deviation.by: must be > 0`],
    [
      [...good, 'deviation: { from: setpoint, by: 5 }', 'hysteresis: 5'],
      `10:17: ${a}.hysteresis: must be less than deviation.by, which is 5: no value could come back that far`,
    ],
  ])('%j', async (lines, expected) => {
    expect(await problems(...lines)).toEqual([expect.stringContaining(expected)]);
  });

  test('two of one name', async () => {
    const twice = rule(...good, 'high: 80') + rule(...good, 'high: 90').replace(devices, '');
    expect(await problemsOf(twice, { drivers })).toEqual([
      'lab.yaml:10:11: alarms[1].name: is the name of alarms[0] already',
    ]);
  });

  test.each([
    ['high: 80', 'low: 80', undefined],
    ['high: 80', 'low: 81', 'clears at 81 and above, and hot (high: 80) at 80 and below'],
    ['high: 80\n    hysteresis: 5', 'low: 70\n    hysteresis: 5', undefined],
    [
      'high: 80\n    hysteresis: 5',
      'low: 70\n    hysteresis: 6',
      'clears at 76 and above, and hot (high: 80) at 75 and below',
    ],
  ])('between %j and %j something must be left that is normal', async (high, low, expected) => {
    const cold = rule('name: cold', 'label: zone', 'property: temperature', low).replace(devices, '');
    const found = await problemsOf(rule(...good, high) + cold, { drivers });
    const told = expect.stringMatching(/alarms\[1\]\.low: leaves nothing normal: cold /);
    expect(found).toEqual(expected === undefined ? [] : [told]);
    expect(found[0] ?? '').toContain(expected ?? '');
  });
});

test('what a device that describes itself has to say is told when it has', () => {
  const rules = [{ name: 'hot', device: 't', property: 'temprature', high: 80 }];
  expect(alarmProblems(rules, 't', oven)).toEqual(['hot.property is no property of t; did you mean "temperature"?']);
  expect(alarmProblems(rules, 'o', oven)).toEqual([]);
});
