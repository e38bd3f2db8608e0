import { expect, test } from 'vitest';
import { textProtocol } from '../dialect.ts';
import { findingText, readDefinition } from './dialect.ts';
import { whole } from './fixture.ts';
import { understandAll } from './rounds.ts';

function foundIn(text: string): string[] {
  const read = readDefinition<unknown>({ name: 'a.yaml', text: whole(text) }, () => undefined, [textProtocol]);
  return read.findings.map((finding) => findingText(finding).replace(/^a\.yaml:/, ''));
}

const mistakes = `
properties:
  one: { schema: { type: number }, read: { send: 'A?', expct: 'A={value:%f}' } }
  two: { schema: { type: number }, read: { send: 'B?', expect: 'B={value:%q}' } }
  three: { schema: { type: number }, read: { send: 'C?', expect: 'C={valeu:%f}' } }
  four: { schema: { type: number }, read: { send: 'D?', expect: 'D={value:%f}' } }
commands:
  go: { effect: actuat, send: GO, expect: OK }
  set: { effect: idempotent, params: { x: { type: number } }, send: 'S {y:%d}', expect: OK }
stop: { summary: Off, send: '{x}' }
examples:
  - { send: 'A?', reply: A=1, read: { one: 2 }, manual: §1 }
  - { send: 'D?', reply: D=x, read: { four: 2 }, manual: §1 }
  - { send: 'D?', reply: D=1, read: { four: 1 }, manual: §1 }
  - { send: 'D?', reply: D=1, read: { five: 2 }, manual: §1 }
simulator: { initial: { one: 1 } }
`;

test('what is wrong in one part hides nothing of what is wrong in another', () => {
  expect(foundIn(mistakes)).toEqual([
    '3:56: error: properties.one.read.expct: is not a known key; did you mean "expect"?',
    '4:74: error: properties.two.read.expect: %q: there is no such conversion',
    '5:38: error: properties.three.read: has no field value in a reply; did you mean "valeu"?',
    '8:17: error: commands.go.effect: must be one of "read", "idempotent", "actuate"',
    expect.stringMatching(/^9:\d+: error: commands\.set\.send: y: is no parameter/),
    expect.stringMatching(/^10:\d+: error: stop\.send: x: /),
    '13:26: error: examples[1].reply: the device answered "D=x" instead of "D={value:%f}": expected a number at byte 2',
    '15:45: error: examples[3].read.five: names no property',
  ]);
});

test('what follows from a mistake is not told as another', () => {
  const found = foundIn(`
exchanges:
  status: { send: 'S?', expect: '{a:%q} {b:%f}' }
properties:
  a: { schema: { type: number }, read: { from: status, field: a } }
  b: { schema: { type: number }, read: { from: status, field: b } }
  c: { schema: { type: number }, read: { send: 'C?', expect: '{value:%f}' }, write: { send: 'C {value:%f}', expct: OK } }
commands:
  set: { effect: actuate, params: { x: { type: number } }, send: 'X {x:%f}', verify: { property: c, param: x } }
examples:
  - { send: 'S?', reply: 1 2, read: { a: 1, b: 2 }, manual: §1 }
  - { send: 'C?', reply: '1', manual: §1 }
simulator: { initial: { a: 1 }, sets: { set: { c: x } } }
`);
  expect(found.map((line) => line.split(': ')[2])).toEqual(['exchanges.status.expect', 'properties.c.write.expct']);
});

test('nor what speaks of one of those that a part is made into', () => {
  const found = foundIn(`
properties:
  'a-{n}': { each: { n: { of: [1, 2] } }, schema: { type: number }, read: { send: 'A{n}?', expect: '{value:%q}' } }
  b: { schema: { type: number }, read: { send: 'B?', expect: '{value:%f}' } }
  c: { schema: { type: number }, read: { send: 'C?', expct: '{value:%f}' } }
commands:
  set: { effect: actuate, params: { x: { type: number } }, send: 'X {x:%f}', verify: { property: a-1, param: x } }
simulator: { initial: { b: 1 }, sets: { set: { a-2: x } } }
`);
  expect(found.map((line) => line.split(': ')[2])).toEqual([
    'properties["a-{n}"].read.expect',
    'properties.c.read.expct',
  ]);
});

test('where a name is like that of what is wrong, it is looked at', () => {
  const found = foundIn(`
properties:
  'a-{n}': { each: { n: { of: [1, 2] } }, schema: { type: number }, read: { send: 'A{n}?', expct: '{value:%f}' } }
  ab: { schema: { type: number }, read: { send: 'B?', expect: '{value:%q}' } }
`);
  expect(found).toHaveLength(2);
});

test('where everything is concerned, nothing is tried', () => {
  expect(foundIn('modle: x\nproperties:\n  a: { read: { send: A, expect: "{value:%q}" } }\n')).toHaveLength(2);
});

test('a document is read four times at most', () => {
  let times = 0;
  const { findings } = understandAll(
    { properties: Object.fromEntries(Array.from({ length: 9 }, (_, n) => [n, {}])) },
    (value) => {
      times++;
      const [first = ''] = Object.keys(Object(value['properties']));
      return { findings: [{ path: ['properties', first], detail: 'wrong', severity: 'error' }] };
    },
  );
  expect([times, findings.length]).toEqual([4, 4]);
});
