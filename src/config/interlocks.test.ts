import { Type } from '@sinclair/typebox';
import { describe, expect, test } from 'vitest';
import type { AnyDriver } from '../driver/contract.ts';
import type { Model } from '../driver/spec.ts';
import { catalogue, load, problemsOf } from './fixture.ts';

const empty = Type.Object({}, { additionalProperties: false });
const spec = { confirmation: 'acknowledged', timeoutMs: 1000, params: empty, result: empty } as const;
const source = { pollMs: 500 };

const heater: Model = {
  name: 'heater',
  summary: 'A heater',
  commands: {
    heat: { summary: 'Heat', effect: 'actuate', ...spec },
    measure: { summary: 'Measure', effect: 'read', ...spec },
  },
  properties: {
    temperature: { summary: 'Temperature', access: 'read', source, schema: Type.Number() },
    slow: { summary: 'Slow', access: 'read', source: { pollMs: 60_000 }, schema: Type.Boolean() },
    mode: { summary: 'Mode', access: 'read', source: 'pushed', schema: Type.String() },
    'door-open': { summary: 'Door', access: 'read', source, schema: Type.Boolean() },
    power: {
      summary: 'Power',
      access: 'write',
      schema: Type.Number(),
      write: { effect: 'idempotent', confirmation: 'sent', timeoutMs: 100 },
    },
  },
  events: {},
  stop: { summary: 'Off', confirmation: 'acknowledged', timeoutMs: 500 },
};

const attach = (): never => {
  throw new Error('only data');
};
const drivers: AnyDriver[] = [
  ...catalogue.drivers,
  { contract: 1, model: heater, transports: ['none'], options: empty, attach },
];

const devices = `devices:
  h: { driver: heater, labels: { zone: oven } }
  v: { driver: virtual, labels: { zone: oven, line: a } }
interlocks:
`;

/** The rule stands on lines 5 and following, its keys in column 5. */
const rule = (...lines: string[]): string => `${devices}  - ${lines.join('\n    ')}\n`;
const problems = async (...lines: string[]): Promise<string[]> =>
  (await problemsOf(rule(...lines), { drivers })).map((line) => line.replace('lab.yaml:', ''));

const good = ['name: hot', 'device: h', 'forbid: [heat]'];

test('a rule is built as plain data, with its default', async () => {
  const unless = 'self.temperature < 80 && device["h"].mode != "off"';
  const result = await load(rule(...good, `unless: ${unless}`), { drivers });
  expect(result).toMatchObject({
    ok: true,
    config: { interlocks: [{ name: 'hot', device: 'h', forbid: ['heat'], unless, maxAgeMs: 5000 }] },
  });
  expect(await load('devices: {}')).toMatchObject({ ok: true, config: { interlocks: [] } });
});

describe('what is fine', () => {
  test.each([
    [['forbid: ["*"]', 'unless: self.temperature < 80']],
    [['forbid: ["write:power"]', 'unless: self.temperature <= 80.5', 'onViolation: stop']],
    [['forbid: [heat]', 'unless: self.slow', 'maxAgeMs: 130000']],
  ])('%j', async (lines) => {
    expect(await problems('name: hot', 'device: h', ...lines)).toEqual([]);
    expect(await problems('name: hot', 'label: line=a', 'forbid: ["*"]', 'unless: device.h.temperature < 1')).toEqual(
      [],
    );
  });
});

describe('what is wrong with a rule', () => {
  const cases: [string, string[], string[]][] = [
    ['no device', ['name: a', 'forbid: [heat]', 'unless: self.slow'], ['5:5: interlocks[0]: needs device or label']],
    [
      'device and label',
      ['name: a', 'device: h', 'label: zone', 'forbid: [heat]', 'unless: device.h.temperature < 1'],
      ['5:5: interlocks[0]: has device and label; it takes one of the two'],
    ],
    [
      'an unknown device',
      ['name: a', 'device: heat', 'forbid: [heat]', 'unless: device.h.temperature < 1'],
      ['6:13: interlocks[0].device: names no device; known: h, v'],
    ],
    [
      'a label of nobody',
      ['name: a', 'label: zone=ovne', 'forbid: [heat]', 'unless: device.h.temperature < 1'],
      ['6:12: interlocks[0].label: is the label of no device; did you mean "zone=oven"?'],
    ],
    [
      'unknown commands',
      ['name: a', 'device: h', 'forbid: [haet, "write:temperature"]', 'unless: self.temperature < 1'],
      [
        '7:14: interlocks[0].forbid[0]: names nothing that can be forbidden; did you mean "heat"?',
        '7:20: interlocks[0].forbid[1]: names nothing that can be forbidden; known: heat, write:power',
      ],
    ],
    [
      'a read',
      ['name: a', 'device: h', 'forbid: [measure]', 'unless: self.temperature < 1'],
      ['7:14: interlocks[0].forbid[0]: only reads, and reads are never forbidden; remove it'],
    ],
    [
      'no stop',
      ['name: a', 'label: line', 'forbid: ["*"]', 'unless: device.h.temperature < 1', 'onViolation: stop'],
      ['9:18: interlocks[0].onViolation: v cannot be stopped: virtual declares no stop'],
    ],
    [
      'a slow source',
      [...good, 'unless: self.slow'],
      [
        '5:5: interlocks[0].maxAgeMs: must be more than 60000, because h.slow is asked for every 60000 ms; 120000 is sensible',
      ],
    ],
    [
      'a slow source, though it is named',
      [...good, 'unless: self.slow', 'maxAgeMs: 60000'],
      [
        '9:15: interlocks[0].maxAgeMs: must be more than 60000, because h.slow is asked for every 60000 ms; 120000 is sensible',
      ],
    ],
    [
      'mistyped keys and values',
      ['nmae: a', 'name: A', 'device: h', 'forbid: []', 'unless: 1', 'maxAgeMs: 0', 'onViolation: halt'],
      [
        '5:5: interlocks[0].nmae: is not a known key; did you mean "name"?',
        expect.stringMatching(/^6:11: interlocks\[0\]\.name: must match pattern/),
        '8:13: interlocks[0].forbid: must NOT have fewer than 1 items',
        '9:13: interlocks[0].unless: must be string, not a number; put it in quotes',
        '10:15: interlocks[0].maxAgeMs: must be >= 1',
        '11:18: interlocks[0].onViolation: must be one of "stop"',
      ],
    ],
  ];
  test.each(cases)('%s', async (_name, lines, expected) => {
    expect(await problems(...lines)).toEqual(expected);
  });

  test('a name twice', async () => {
    const two = `${rule(...good, 'unless: self.temperature < 1')}${rule(...good, 'unless: self.temperature < 1').slice(devices.length)}`;
    expect(await problemsOf(two, { drivers })).toEqual([
      'lab.yaml:9:11: interlocks[1].name: is the name of interlocks[0] already',
    ]);
  });
});

describe('what is wrong with a condition, and where', () => {
  const cases: [string, string[], string][] = [
    ['unfinished', ['unless: self.temperature <'], '8:31: Unexpected token: EOF (at character 19'],
    [
      'an unknown property',
      ['unless: 1 < self.temprature'],
      '8:17: h has no property "temprature"; did you mean "temperature"? (at character 5',
    ],
    [
      'what cannot be read',
      ['unless: self.power < 1'],
      '8:13: h.power cannot be read; known: temperature, slow, mode, door-open (at character 1',
    ],
    [
      'an unknown device',
      ['unless: true && device["door"].closed'],
      '8:21: there is no device "door"; known: h, v (at character 9',
    ],
    [
      'kinds that do not go together',
      ['unless: self.temperature < 80 && self.mode > 3'],
      '8:38: no such overload: string > double (at character 26',
    ],
    [
      'no condition',
      ['unless: self.temperature + 1'],
      '8:13: must come out as true or false, and this is a double (at character 1',
    ],
    [
      'what cannot be told',
      ['unless: device[self.mode].x'],
      '8:13: write device["id"].property or device["id"]["property"]; what is read must be plain from the text (at character 1',
    ],
    [
      'a property with a hyphen',
      ['unless: true && !self.door-open'],
      '8:22: h has no property "door"; write self["door-open"] (at character 10',
    ],
    [
      'a property with a hyphen, of a device',
      ['unless: device["h"].door-open'],
      '8:13: h has no property "door"; write device["h"]["door-open"] (at character 1',
    ],
    [
      'what only looks like one',
      ['unless: self.door-opne == 1'],
      '8:13: h has no property "door"; known: temperature, slow, mode, door-open (at character 1',
    ],
    [
      'a device as if it were a variable',
      ['unless: self.temperature < 80 && h.temperature < 80'],
      '8:38: h is a device; write device["h"].temperature (at character 26',
    ],
    [
      'and nothing else',
      ['unless: h.door-open'],
      '8:13: h is a device; write device["h"]["door-open"] (at character 1',
    ],
    [
      'a device alone',
      ['unless: self.slow || h == 1'],
      '8:26: h is a device; write device["h"]["property"] (at character 14',
    ],
    ['in double quotes', ['unless: "self.mode == \\"on\\" && zzz"'], '8:37: Unknown variable: zzz (at character 22'],
    ['in single quotes', ["unless: 'self.mode == ''on'' && zzz'"], '8:37: Unknown variable: zzz (at character 22'],
    ['folded', ['unless: >-', '  self.temperature < 80', '  && zzz'], '10:10: Unknown variable: zzz (at character 26'],
    [
      'literal',
      ['unless: |', '  self.temperature < 80', '    && zzz'],
      '10:12: Unknown variable: zzz (at character 28',
    ],
    [
      'plain over lines',
      ['unless: self.temperature < 80', '   && zzz'],
      '9:11: Unknown variable: zzz (at character 26',
    ],
  ];
  test.each(cases)('%s', async (_name, lines, expected) => {
    const [problem = '', ...more] = await problems(...good, ...lines);
    expect(problem.replace('interlocks[0].unless: ', '')).toBe(`${expected} of the expression)`);
    expect(more).toEqual([]);
  });

  test('each device that a label brings in has to have what the condition reads of its own', async () => {
    expect(await problems('name: a', 'label: zone', 'forbid: [heat]', 'unless: self.temperature < 1')).toEqual([
      '8:13: interlocks[0].unless: v has no property "temperature"; there are none (at character 1 of the expression)',
    ]);
  });
});

describe('what the devices leave out', () => {
  const told = async (text: string): Promise<string[]> =>
    (await problemsOf(text, { drivers })).map((line) => line.replace('lab.yaml:', ''));
  const read = rule('name: a', 'device: v', 'forbid: ["*"]', 'unless: true && device["h"].temperature < 80');
  const disabled = (text: string, id: string): string => text.replace(`  ${id}: { `, `  ${id}: { enabled: false, `);

  test('a condition on a disabled device can never hold', async () => {
    expect(await told(disabled(read, 'h'))).toEqual([
      '8:21: interlocks[0].unless: h is disabled, so the condition can never hold (at character 9 of the expression)',
    ]);
    expect(await told(read)).toEqual([]);
  });

  test('the interlocks of a device that is itself disabled wait with it', async () => {
    const own = rule(...good, 'unless: self.temperature < 80');
    expect(await told(disabled(own, 'h'))).toEqual([]);
    expect(await told(disabled(disabled(read, 'h'), 'v'))).toEqual([]);
  });

  test('what is denied need not be forbidden', async () => {
    const denied = 'driver: heater, deny: [heat, "write:power"]';
    const both = rule('name: a', 'device: h', 'forbid: [heat, "write:power"]', 'unless: self.temperature < 80');
    expect(await told(both)).toEqual([]);
    expect(await told(both.replace('driver: heater', denied))).toEqual([
      '7:14: interlocks[0].forbid[0]: is denied to h altogether; remove it',
      '7:20: interlocks[0].forbid[1]: is denied to h altogether; remove it',
    ]);
    expect(await told(both.replace('[heat, "write:power"]', '["*"]').replace('driver: heater', denied))).toEqual([]);
  });

  test('of a label, one device that has the command is enough', async () => {
    const rules = rule('name: a', 'label: zone', 'forbid: [heat]', 'unless: device.h.temperature < 80');
    const denied = rules.replace('driver: heater', 'driver: heater, deny: [heat]');
    expect(await told(denied)).toEqual(['7:14: interlocks[0].forbid[0]: is denied to h, v altogether; remove it']);
    expect(await told(denied.replace('driver: virtual', 'driver: heater'))).toEqual([]);
  });
});

test('a driver that is not known is told once', async () => {
  const text = rule(...good, 'unless: self.x').replace('driver: heater', 'driver: heatr');
  expect(await problemsOf(text, { drivers })).toEqual([
    'lab.yaml:2:16: devices.h.driver: names no driver; did you mean "heater"?',
  ]);
});
