import { describe, expect, test } from 'vitest';
import { findingText, readDefinition } from './dialect.ts';
import { definitionOf, dialects, findingsOf, read } from './fixture.ts';

const heater = `model: little-heater
summary: The little heater from the manual
line: { baudRate: 9600, outTerminator: "\\r", inTerminator: "\\r", replyTimeoutMs: 300 }
errors:
  - { match: 'ERR {code:%d}', texts: { '2': Out of range } }
properties:
  temperature: { schema: { type: number, unit: °C }, read: { send: 'T?', expect: 'T={value:%f}' } }
commands:
  set-setpoint:
    effect: idempotent
    params: { celsius: { type: number, minimum: 0, maximum: 80 }, ramp: { type: number, default: 1 } }
    send: 'S {celsius:%.1f} {ramp:%.1f}'
    expect: OK
stop: { summary: Heater off, send: H 0, expect: OK }
examples:
  - { send: S 40.0 1.0, reply: OK, command: { set-setpoint: { celsius: 40 } }, manual: §3.2 }
`;

test('a definition becomes a model', () => {
  const { model, line } = definitionOf(heater);
  expect(model).toEqual({
    name: 'little-heater',
    summary: 'The little heater from the manual',
    commands: {
      'set-setpoint': {
        summary: 'Set setpoint',
        effect: 'idempotent',
        confirmation: 'acknowledged',
        timeoutMs: 2000,
        params: {
          type: 'object',
          properties: {
            celsius: { type: 'number', minimum: 0, maximum: 80 },
            ramp: { type: 'number', default: 1 },
          },
          additionalProperties: false,
          required: ['celsius'],
        },
        result: { type: 'object', properties: {}, additionalProperties: false },
        examples: [{ params: { celsius: 40 } }],
      },
    },
    properties: {
      temperature: {
        summary: 'Temperature',
        schema: { type: 'number', unit: '°C' },
        access: 'read',
        source: { pollMs: 1000 },
      },
    },
    events: {},
    stop: { summary: 'Heater off', confirmation: 'acknowledged', timeoutMs: 1000 },
  });
  expect(line).toMatchObject({
    baudRate: 9600,
    outTerminator: Uint8Array.of(13),
    reply: { by: 'terminator', terminator: Uint8Array.of(13), maxBytes: 4096 },
    replyTimeoutMs: 300,
    interByteTimeoutMs: 50,
    gapMs: 0,
    quietMs: 250,
    echo: false,
  });
});

describe('what is wrong is told with its place', () => {
  const property = (text: string): string => `properties:\n  p: ${text}\n`;
  const schema = 'schema: { type: number }';
  const cases: [string, string, string[]][] = [
    [
      'no YAML',
      'model: [',
      ['2:1: error: is not valid YAML: before this a ] is missing, or it stands further left than it may'],
    ],
    ['an unknown key', 'modle: x', ['1:1: error: modle: is not a known key; did you mean "model"?']],
    [
      'an unknown key deep inside',
      property(`{ ${schema}, read: { sned: x, expect: '{value:%f}' } }`),
      ['2:42: error: properties.p.read.sned: is not a known key; did you mean "send"?'],
    ],
    ['a wrong type', 'summary: 5', ['1:10: error: summary: must be string, not a number; put it in quotes']],
    ['a key twice', 'manual: a\nmanual: b', ['2:1: error: manual: is written twice; the first one is on line 1']],
    [
      'a template that is none',
      property(`{ ${schema}, read: { send: x, expect: 'a{value:%q}' } }`),
      ['2:68: error: properties.p.read.expect: %q: there is no such conversion'],
    ],
    [
      'a step that is two',
      'init:\n  - { send: x, waitMs: 5 }',
      ['2:7: error: init[0].send: stands beside waitMs; make it a step of its own'],
    ],
    [
      'an exchange that there is not',
      `exchanges: { status: { send: x, expect: '{v:%f}' } }\n${property(`{ ${schema}, read: { from: statsu, field: v } }`)}`,
      [
        '1:14: warning: exchanges.status: is never used',
        '3:48: error: properties.p.read.from: names no exchange; did you mean "status"?',
      ],
    ],
    [
      'a property of nothing',
      property(`{ ${schema} }`),
      ['2:3: error: properties.p: has no way to get a value: it needs `read`, `write` or `pushed: true`'],
    ],
    [
      'a confirmation out of reach',
      'commands:\n  c: { effect: actuate, send: X, confirmation: acknowledged }',
      ['2:48: error: commands.c.confirmation: cannot be reached: the device does not answer, so it is sent'],
    ],
    [
      'a schema that is none',
      property("{ schema: { type: number, minimum: one }, read: { send: x, expect: '{value:%f}' } }"),
      ['2:16: error: properties.p.schema: is not a JSON Schema: schema is invalid: data/minimum must be number'],
    ],
    [
      'a type that is none',
      property("{ schema: { type: float }, read: { send: x, expect: '{value:%f}' } }"),
      [
        '2:24: error: properties.p.schema.type: must be one of string, number, integer, boolean, array, object, null; did you mean number?',
      ],
    ],
    [
      'a type that is none, within',
      property("{ schema: { type: array, items: { type: strng } }, read: { send: x, expect: '{value[,]:%d}' } }"),
      [
        '2:46: error: properties.p.schema.items.type: must be one of string, number, integer, boolean, array, object, null; did you mean string?',
      ],
    ],
    [
      'an escape that YAML has not',
      property('{ schema: { type: number }, read: { send: "VL\\?", expect: x } }'),
      ['2:51: error: is not valid YAML: this escape means nothing in double quotes; in single quotes a \\ is itself'],
    ],
    [
      'a frame without its message',
      "frame: { send: 'x' }",
      ['1:16: error: frame.send: must hold {message} once: the place of each message'],
    ],
    [
      'a choice that leaves no doubt',
      'init:\n  - { sned: x }',
      ['2:7: error: init[0].sned: is not a known key; did you mean "send"?'],
    ],
    [
      'bits that are none',
      "properties:\n  p: { schema: { type: integer }, scale: 2, read: { send: x, expect: '{value:%d}', bits: [3, 1], bit: 0 } }",
      [
        '2:35: error: properties.p.scale: does not go with bits, which count nothing; give `values`',
        '2:90: error: properties.p.read.bits: begins with the lowest bit: [1, 3]',
        '2:98: error: properties.p.read.bit: stands beside `bits`; only one of them is meant',
      ],
    ],
    [
      'a bit that no number has',
      property(`{ ${schema}, read: { send: x, expect: '{value:%d}', bit: 53 } }`),
      ['2:78: error: properties.p.read.bit: must be <= 52'],
    ],
    [
      'meanings of numbers that do not occur',
      property(`{ ${schema}, read: { send: x, expect: '{value:%d}', bit: 1, values: { 0: 1, 2: 5, on: 3 } } }`),
      [
        '2:97: error: properties.p.read.values[2]: is none of the numbers 0 to 1, which one bit makes',
        '2:103: error: properties.p.read.values.on: is none of the numbers 0 to 1, which one bit makes',
      ],
    ],
    [
      'meanings of nothing, and of too much',
      `${property(`{ ${schema}, read: { send: x, expect: '{value:%d}', values: { 0: 1 } } }`)}  q: { ${schema}, read: { send: x, expect: '{value:%d}', bits: [0, 8], values: { 0: 1 } } }`,
      [
        '2:73: error: properties.p.read.values: gives the numbers of `bit` or `bits` a meaning, and there is neither',
        '3:87: error: properties.q.read.values: is for 8 bits at most, and these are 9',
      ],
    ],
    ['what extends nothing', 'extends: ./gone.yaml', ['1:10: error: extends: names no definition "./gone.yaml"']],
    [
      'aliases that explode',
      `a: &a [${'x,'.repeat(99)}x]\nb: &b [${'*a,'.repeat(99)}*a]\nc: [${'*b,'.repeat(99)}*b]`,
      ['3:149: error: c[48]: is more than 50 levels deep or, with its aliases, more than 500000 values'],
    ],
  ];
  const rewriting = (pattern: string): string =>
    property(`{ ${schema}, read: { send: R, expect: '{value:%f}', rewrite: [{ pattern: '${pattern}', with: x }] } }`);
  const endless: typeof cases = [
    ['a reply of no bytes', 'line: { reply: { bytes: 0 } }', ['1:25: error: line.reply.bytes: must be >= 1']],
    ['a prompt of no bytes', 'line: { prompt: "" }', ['1:17: error: line.prompt: must have at least one byte']],
    [
      'a rewrite that is no pattern',
      rewriting('(a'),
      ['2:94: error: properties.p.read.rewrite[0].pattern: error parsing regexp: missing closing ): `(a`'],
    ],
    [
      'a rewrite that is a large program',
      rewriting('a{900}b{900}c{900}'),
      ['2:94: error: properties.p.read.rewrite[0].pattern: it repeats too much'],
    ],
    [
      'nothing where there is nothing to remove',
      'stopp:\nline: { bogus: null }\nstop: null',
      [
        '1:1: error: stopp: is not a known key; did you mean "stop"?',
        '2:9: error: line.bogus: is not a known key; known: baudRate, dataBits, stopBits, parity, outTerminator, inTerminator, reply, echo, prompt, replyTimeoutMs, interByteTimeoutMs, totalTimeoutMs, gapMs, minIntervalMs, quietMs, maxReplyBytes',
        '3:7: error: stop: must be object, not null: nothing stands there; remove the key if nothing is meant',
      ],
    ],
    [
      'a base that is none',
      'extends: null',
      ['1:10: error: extends: must be text: a model, or a path that begins with ./'],
    ],
    [
      'a parameter with a name that objects have',
      'commands: { c: { effect: read, params: { __proto__: {} } } }',
      ['1:42: error: commands.c.params.__proto__: is a name that is taken; choose another'],
    ],
    [
      'a field with a name that objects have',
      property(`{ ${schema}, read: { send: R, expect: '{toString:%f}{value:%f}' } }`),
      ['2:60: error: properties.p.read.expect: toString is a name that is taken; choose another'],
    ],
    [
      'a property with a name that objects have',
      "properties: { '{n}': { each: { n: { of: [constructor] } }, schema: {}, read: { send: R, expect: '{value:%f}' } } }",
      ['1:15: error: properties["{n}"]: makes the name constructor, which is taken'],
    ],
  ];

  test.each([...cases, ...endless])('%s', (_, text, expected) => {
    expect(findingsOf(text)).toEqual(expected);
  });

  test('a file that is no map', () => {
    for (const text of ['- a', 'a', '5']) {
      const { findings } = readDefinition({ name: 'a.yaml', text }, () => undefined, dialects);
      expect(findings.map(findingText)).toEqual(['a.yaml:1:1: error: must be a map of keys and values']);
    }
    const { findings } = readDefinition({ name: 'a.yaml', text: '# later' }, () => undefined, dialects);
    expect(findings.map(findingText)).toEqual(['a.yaml:1:1: error: the file is empty']);
  });

  test('a file that is too large', () => {
    expect(findingsOf(`summary: '${'x'.repeat(1024 * 1024)}'`)).toEqual(['1:1: error: is larger than 1048576 bytes']);
  });
});

describe('extends', () => {
  const base = `abstract: true
line: { outTerminator: "\\n", inTerminator: "\\n", gapMs: 20 }
properties:
  a: { schema: { type: number }, read: { send: A, expect: '{value:%f}' } }
  b: { schema: { type: number }, read: { send: B, expect: '{value:%f}' } }
`;
  const files = { 'base.yaml': base };

  test('maps are merged, the child wins, null removes', () => {
    const { result } = read(
      'model: child\nextends: base\nline: { gapMs: 5 }\nproperties: { b: null, a: { pollMs: 50 } }',
      files,
    );
    expect(result?.largest.line).toMatchObject({ gapMs: 5, outTerminator: Uint8Array.of(10) });
    expect(result?.largest.model.properties).toEqual({
      a: { summary: 'A', schema: { type: 'number' }, access: 'read', source: { pollMs: 50 } },
    });
  });

  test('what is wrong in the base stands in the base', () => {
    const wrong = { 'base.yaml': base.replace('send: B, ', 'sent: B, ') };
    expect(findingsOf('model: child\nextends: ./base.yaml', wrong)).toEqual([
      'base.yaml:5:42: error: properties.b.read.sent: is not a known key; did you mean "send"?',
    ]);
  });

  test('circles and towers are refused', () => {
    expect(findingsOf('extends: base', { 'base.yaml': 'extends: ./base.yaml' })).toEqual([
      'base.yaml:1:10: error: extends: goes round in a circle: a file extends itself',
    ]);
    const tower = Object.fromEntries(
      Array.from({ length: 12 }, (_, index) => [`b${index}.yaml`, `extends: ./b${index + 1}.yaml`]),
    );
    expect(findingsOf('extends: ./b0.yaml', tower)).toEqual([
      'b6.yaml:1:10: error: extends: is more than 8 files deep',
    ]);
  });

  test('an abstract definition is no driver', () => {
    expect(read(base)).toEqual({ findings: [] });
  });
});

describe('each', () => {
  const text = `options: { channels: { type: integer, minimum: 1, maximum: 4, default: 2 } }
properties:
  voltage-{channel}:
    summary: Voltage of channel {channel}
    each: { channel: [1, '{channels}'] }
    schema: { type: number }
    read: { send: 'V{channel:%d}?', expect: '{value:%f}' }
commands:
  relay-{port}:
    each: { port: { of: [A, B] } }
    effect: actuate
    params: { closed: { type: boolean } }
    send: 'R{port}{closed:%{0|1}}'
`;

  test('stands once for each value, as many as the options say', () => {
    const { result } = read(text);
    expect(Object.keys(result?.largest.properties ?? {})).toEqual(['voltage-1', 'voltage-2', 'voltage-3', 'voltage-4']);
    const { model, properties, commands } = definitionOf(text, { channels: 3 });
    expect(Object.keys(model.properties)).toEqual(['voltage-1', 'voltage-2', 'voltage-3']);
    expect(model.properties['voltage-3']?.summary).toBe('Voltage of channel 3');
    expect(properties['voltage-3']?.read?.constants).toEqual({ channel: 3 });
    expect(commands['relay-B']?.constants).toEqual({ port: 'B' });
  });

  test('the option needs a maximum, and the name its variable', () => {
    expect(findingsOf(text.replace('maximum: 4, ', ''))).toEqual([
      '1:22: error: options.channels: needs `maximum`, since `each` runs up to it',
    ]);
    expect(findingsOf(text.replace('relay-{port}', 'relay'))).toEqual([
      '9:3: error: commands.relay: makes relay a second time; put what `each` runs over into the name',
    ]);
    expect(findingsOf(text.replace("'{channels}'", "'{chanels}'"))).toEqual([
      '5:26: error: properties["voltage-{channel}"].each.channel[1]: must be a number or an integer option in braces, like {channels}; did you mean "channels"?',
    ]);
  });
});

test('a field that some property reads bits of is an integer, whatever the properties are', () => {
  const { properties } = definitionOf(`exchanges: { status: { send: S, expect: '{flags:%1r}' } }
properties:
  all: { schema: { type: boolean }, read: { from: status, field: flags } }
  on: { schema: { type: boolean }, read: { from: status, field: flags, bit: 6 } }
  mode: { schema: { type: integer }, read: { from: status, field: flags, bits: [0, 2] } }
`);
  expect(properties['on']?.read).toMatchObject({ bits: { low: 6, high: 6, values: { 0: false, 1: true } } });
  expect(properties['mode']?.read).toMatchObject({ bits: { low: 0, high: 2 } });
  const [part] = Object.values(properties).flatMap(({ read }) =>
    (read?.steps ?? []).flatMap((step) => (step.kind === 'exchange' ? (step.expect[0]?.parts ?? []) : [])),
  );
  expect(part).toMatchObject({ kind: 'field', conversion: { expects: 'a byte' } });
});

test('an identification that nothing is heard of is none', () => {
  expect(findingsOf(`identify: { send: '*IDN?' }`)).toEqual([
    '1:11: error: identify: needs `expect`: what the device says that it is',
  ]);
});

test('what only listens has the framing of the line', () => {
  const found = findingsOf(`
commands:
  go:
    effect: actuate
    steps:
      - { send: GO, expect: OK, reply: { bytes: 2 } }
      - { expect: DONE, reply: { bytes: 4 } }`);
  expect(found).toEqual([expect.stringMatching(/^7:.*commands\.go\.steps\[?\.?1.*only listens/)]);
});

test('a definition is compiled once for options that stay the same, and anew for others', () => {
  const { result } = read('options: { ch: { type: integer, minimum: 1, maximum: 2, default: 1 } }');
  const first = result?.compile({});
  expect(first).toBeDefined();
  expect(result?.compile({ ch: 1 })).toBe(first);
  expect(result?.compile({ ch: 2 })?.options).toEqual({ ch: 2 });
  expect(result?.compile({})?.options).toEqual({ ch: 1 });
});
