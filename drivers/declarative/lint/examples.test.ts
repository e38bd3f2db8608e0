import { describe, expect, test } from 'vitest';
import { linted } from './fixture.ts';

const device = `options: { unit: { type: integer, minimum: 0, maximum: 99, default: 1 }, channels: { type: integer, minimum: 1, maximum: 4, default: 1 } }
address: '{unit}'
line: { outTerminator: "\\r", inTerminator: "\\r" }
frame: { send: '@{unit:%02d}{message}', expect: '{message}' }
errors: [{ match: 'E{code:%d}' }]
identify: { send: ID, expect: 'PSU {version:%s}' }
exchanges: { status: { send: 'F?', expect: '{flags:%1r}' } }
events: { alarm: { data: { code: { type: integer, maximum: 2000 } } } }
unsolicited: [{ match: 'A{code:%d}', emit: alarm }, { match: 'T={value:%f}', report: temperature }]
properties:
  temperature: { schema: { type: number }, pushed: true }
  on: { schema: { type: boolean }, read: { from: status, field: flags, bit: 6 } }
  speed: { schema: { type: string, enum: [slow, fast] }, read: { from: status, field: flags, bit: 0, values: { 0: slow, 1: fast } } }
  level: { schema: { type: number, maximum: 10, multipleOf: 0.1 }, scale: 0.1, read: { send: 'L?', expect: 'L={value:%d}' }, write: { send: 'L{value:%d}', expect: OK } }
  volts-{n}: { each: { n: [1, '{channels}'] }, schema: { type: number }, read: { send: 'V{n:%d}?', expect: '{value:%f}' } }
commands:
  measure:
    effect: actuate
    params: { range: { type: integer, maximum: 9, default: 2 } }
    result: { ohms: { type: number } }
    steps: [{ send: 'M{range:%d}', expect: OK }, { waitMs: 10 }, { send: 'M?', expect: '{ohms:%f}' }]
examples:
`;

/** Line 23 is the example. */
const said = (example: string): string[] => linted(`${device}  - { ${example}, manual: §1 }\n`);

describe('examples that hold', () => {
  test.each([
    "send: '@01L?', reply: L=25, read: { level: 2.5 }",
    "send: '@01F?', reply: '\\x40', read: { 'on': true, speed: slow }",
    "send: '@07L?', reply: L=25, read: { level: 2.5 }, options: { unit: 7 }",
    "send: '@01L25', reply: OK, write: { level: 2.5 }",
    "send: '@01V3?', reply: '1.5', read: { volts-3: 1.5 }, options: { channels: 3 }",
    "send: '@01M2', reply: OK, command: { measure: {} }",
    "send: '@01M?', reply: '4.7', command: { measure: {} }, result: { ohms: 4.7 }",
    "send: '@01M9', reply: E4, command: { measure: { range: 9 } }, error: 4",
    "send: '@01ID', reply: PSU 2.0, identify: true",
    'reply: A3, event: { alarm: { code: 3 } }',
    'reply: T=21.5, read: { temperature: 21.5 }',
    'reply: T=21.5',
    "send: '@01ID', reply: PSU 2.0",
  ])('%s', (example) => {
    expect(said(example)).toEqual([]);
  });
});

describe('examples that do not', () => {
  const cases: [string, string][] = [
    [
      'reply: A3000, event: { alarm: { code: 3000 } }',
      '23:37: error: examples[0].event.alarm: is refused by the event’s schema: /code must be <= 2000',
    ],
    [
      'reply: A3, event: { alram: { code: 3 } }',
      '23:34: error: examples[0].event.alram: names no event; did you mean "alarm"?',
    ],
    ["send: '@02L?', reply: L=25, read: { level: 2.5 }", '23:13: error: examples[0].send: "@01L?" would be sent'],
    [
      "send: '@02F?', reply: '\\x40', read: { 'on': false, speed: fast }",
      '23:13: error: examples[0].send: "@01F?" would be sent',
    ],
    ["send: '@01L?', reply: L=24, read: { level: 2.5 }", '23:50: error: examples[0].read.level: the reply tells 2.4'],
    [
      "send: '@01F?', reply: '\\x40', read: { speed: fast }",
      '23:52: error: examples[0].read.speed: the reply tells "slow"',
    ],
    [
      "send: '@01F?', reply: '\\x40', read: { 'on': false, speed: slow }",
      '23:51: error: examples[0].read.on: the reply tells true',
    ],
    [
      "send: '@01L?', reply: l=25, read: { level: 2.5 }",
      '23:29: error: examples[0].reply: the device answered "l=25" instead of "L={value:%d}": expected "L=" at byte 0',
    ],
    [
      "send: '@01L?', reply: E5, read: { level: 2.5 }",
      '23:29: error: examples[0].reply: is an error: the device refused: 5, "E5"',
    ],
    [
      "send: '@01L?', reply: L=500, read: { level: 50 }",
      '23:51: error: examples[0].read.level: is refused by the property’s schema: it must be <= 10',
    ],
    ["send: '@01L?', read: { level: 2.5 }", '23:13: error: examples[0].send: needs `reply`: the device answers this'],
    [
      "send: '@01L?', reply: L=25, read: { levle: 2.5 }",
      '23:50: error: examples[0].read.levle: names no property; did you mean "level"?',
    ],
    [
      "send: '@01L500', reply: OK, write: { level: 50 }",
      '23:51: error: examples[0].write.level: is refused by the schema: it must be <= 10',
    ],
    [
      "send: '@01M2', reply: OK, command: { measure: { ragne: 2 } }",
      '23:53: error: examples[0].command.measure: is refused by the parameters’ schema: /ragne is not a known key; remove it',
    ],
    [
      "send: '@01M2', reply: OK, command: { measure: {} }, error: '4'",
      '23:66: error: examples[0].error: but the reply is no error',
    ],
    [
      "send: '@01M2', reply: E4, command: { measure: {} }, error: '5'",
      '23:66: error: examples[0].error: but the reply tells "4"',
    ],
    [
      "send: '@01M?', reply: '4.7', command: { measure: {} }, result: { ohms: 4 }",
      '23:78: error: examples[0].result.ohms: the reply tells 4.7',
    ],
    ['reply: A3, event: { alarm: { code: 4 } }', '23:34: error: examples[0].event.alarm: the reply tells {"code":3}'],
    ['reply: B3', '23:14: error: examples[0].reply: "B3" is read by no rule of `unsolicited`'],
    ["send: '@01X', reply: OK", '23:13: error: examples[0].send: is nothing that is sent without parameters'],
    ["send: '@01L{', reply: OK", '23:18: error: examples[0].send: { stands for no field here; write \\{'],
    [
      "send: '@01L?', reply: L=25, read: { level: 2.5 }, identify: true",
      '23:5: error: examples[0]: says read and identify; it takes one of them',
    ],
    [
      "send: '@01L?', reply: L=25, read: { level: 2.5 }, options: { unit: 100 }",
      '23:66: error: examples[0].options: are no options of the device: /unit must be <= 99',
    ],
  ];
  test.each(cases)('%s', (example, expected) => {
    expect(said(example)).toEqual([expected]);
  });
});

test('a reply whose length is said must have it', () => {
  const text = `properties:
  p: { schema: { type: integer }, read: { send: R, expect: '\\x02{%*1r}{value:%2r}', reply: { lengthField: { offset: 1, size: 1, adds: 2 } } } }
examples:
  - { send: R, reply: '\\x02\\x02\\x00\\x05', read: { p: 5 }, manual: §1 }
  - { send: R, reply: '\\x02\\x03\\x00\\x05', read: { p: 5 }, manual: §1 }
`;
  expect(linted(text)).toEqual([
    '5:23: error: examples[1].reply: its framing is not over after these 4 bytes; write it with its frame and checksum',
  ]);
});

test('a bit of an integer is a boolean', () => {
  const text = (
    expected: boolean,
  ): string => `exchanges: { status: { send: S, expect: '{flags:%1r}', reply: { bytes: 1 } } }
properties:
  a: { schema: { type: boolean }, read: { from: status, field: flags, bit: 6 } }
  b: { schema: { type: boolean }, read: { from: status, field: flags, bit: 0 } }
examples:
  - { send: S, reply: '\\x41', read: { a: true, b: ${expected} }, manual: §1 }
`;
  expect(linted(text(true))).toEqual([]);
  expect(linted(text(false))).toEqual(['6:51: error: examples[0].read.b: the reply tells true']);
  expect(linted(text(true).replace('{flags:%1r}', '{flags:%1c}'))).toEqual([
    '3:76: error: properties.a.read.bit: needs an integer, and flags is read by %1c',
    '4:76: error: properties.b.read.bit: needs an integer, and flags is read by %1c',
    '6:42: error: examples[0].read.a: the reply tells "A"',
    '6:51: error: examples[0].read.b: the reply tells "A"',
  ]);
});

describe('several steps', () => {
  const steps = `
properties:
  kelvin:
    schema: { type: number }
    read:
      steps:
        - { send: 'ST?', expect: '000', errors: [{ match: '{code:%/0*[1-9][0-9]*/}', outcome: failed }] }
        - { send: 'T?', expect: '{value:%f}' }`;

  test('an example is about the one that sends its bytes', () => {
    const example = (rest: string): string[] => linted(`${steps}\nexamples: [{ ${rest}, manual: §1 }]`);
    expect(example("send: 'ST?', reply: '000', read: { kelvin: 4 }")).toEqual([]);
    expect(example("send: 'ST?', reply: '032', read: { kelvin: 4 }, error: '032'")).toEqual([]);
    expect(example("send: 'T?', reply: '4.0', read: { kelvin: 4 }")).toEqual([]);
    expect(example("send: 'T?', reply: '5.0', read: { kelvin: 4 }").join()).toContain('the reply tells 5');
    expect(example("send: 'ST?', reply: '4.0', read: { kelvin: 4 }")).not.toEqual([]);
  });
});

describe('errors in a queue', () => {
  const queue = `
errorQueue: { send: 'ERR?', expect: '{code:%d},{text:%s}' }
commands: { go: { effect: actuate, send: GO } }`;

  test('what is not answered is refused there', () => {
    const example = (rest: string, text = queue): string[] =>
      linted(`${text}\nexamples: [{ send: GO, ${rest}, command: { go: {} }, manual: §1 }]`);
    expect(example("reply: '-222,No', error: '-222'")).toEqual([]);
    expect(example("error: '-222'")).toEqual([]);
    expect(example("reply: '-221,No', error: '-222'").join()).toContain('the reply tells "-221"');
    expect(example("error: '-222'", queue.replace(/errorQueue.*/, '')).join()).toContain('no error queue');
  });
});

test('bytes that would be sent can be copied from what is said', () => {
  const binary = (send: string): string[] =>
    linted(`properties:
  p: { schema: { type: number }, read: { send: '\\xaa\\x00{%<crc16-modbus>}\\{', expect: '{value:%f}' } }
examples:
  - { send: '${send}', reply: '1', read: { p: 1 }, manual: §1 }
`);
  const [finding = ''] = binary('\\xaa');
  const [, bytes = ''] = /examples\[0\]\.send: '(.*)' would be sent$/.exec(finding) ?? [];
  expect(bytes).toBe('\\xaa\\x00\\x10\\x7f\\x7b');
  expect(binary(bytes)).toEqual([]);
});
