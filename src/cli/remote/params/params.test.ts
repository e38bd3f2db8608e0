import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { validate } from '../../../driver/schema.ts';
import { wordsOf } from '../send/help.ts';
import { numberOf } from './number.ts';
import { paramsOf } from './params.ts';

const closed = (properties: Record<string, object>, required: readonly string[] = []) => ({
  type: 'object',
  properties,
  required,
  additionalProperties: false,
});

const axis = closed({ speed: { type: 'number', unit: 'mm/min' }, 'odd.key': { type: 'string' } });
const schema = closed({
  volts: { type: 'number', minimum: 0, maximum: 30, unit: 'V' },
  count: { type: 'integer' },
  on: { type: 'boolean' },
  mode: { enum: ['fast', 'slow', 3] },
  note: { type: 'string' },
  level: { anyOf: [{ type: 'number' }, { const: 'auto' }] },
  vague: { anyOf: [{ type: 'number' }, { type: 'string' }] },
  maybe: { type: ['number', 'null'] },
  points: { type: 'array', items: { type: 'number' } },
  axis,
  labels: { type: 'object', additionalProperties: { type: 'string' } },
});

const read = (...words: readonly string[]) => paramsOf(schema, words);

test.each<[string, unknown]>([
  ['volts=5', { volts: 5 }],
  ['volts=-5.25e1', { volts: -52.5 }],
  ['volts=+.5', { volts: 0.5 }],
  ['volts=5V', { volts: 5 }],
  ['volts=5 V', { volts: 5 }],
  ['volts=5000mV', { volts: 5 }],
  ['volts=0.1kV', { volts: 100 }],
  ['volts:=5', { volts: 5 }],
  ['count=12', { count: 12 }],
  ['on=true', { on: true }],
  ['on=false', { on: false }],
  ['mode=fast', { mode: 'fast' }],
  ['mode=3', { mode: 3 }],
  ['note=', { note: '' }],
  ['note=a=b', { note: 'a=b' }],
  ['note=5', { note: '5' }],
  ['note=true', { note: 'true' }],
  ['note:="x"', { note: 'x' }],
  ['level=auto', { level: 'auto' }],
  ['level=7', { level: 7 }],
  ['vague=some', { vague: 'some' }],
  ['vague:=5', { vague: 5 }],
  ['vague:="5"', { vague: '5' }],
  ['maybe=null', { maybe: null }],
  ['points=1', { points: [1] }],
  ['points:=[1,2.5]', { points: [1, 2.5] }],
  ['axis.speed=2', { axis: { speed: 2 } }],
  ['axis.odd.key=x', { axis: { 'odd.key': 'x' } }],
  ['labels.room=lab', { labels: { room: 'lab' } }],
  ['labels.__proto__=x', { labels: { ['__proto__']: 'x' } }],
])('%s', (word, value) => {
  expect(read(word)).toEqual({ value, problems: [] });
});

test('several make one object, and what is repeated a list', () => {
  const words = ['volts=5', 'points=1', 'points=2', 'axis.speed=3', 'axis.odd.key=y'];
  const value = { volts: 5, points: [1, 2], axis: { speed: 3, 'odd.key': 'y' } };
  expect(read(...words)).toEqual({ value, problems: [] });
});

test('words go before what is given as JSON, within objects too', () => {
  const base = { volts: 1, axis: { speed: 1, 'odd.key': 'kept' }, note: 'kept' };
  expect(paramsOf(schema, ['volts=5', 'axis.speed=2'], base).value).toEqual({
    volts: 5,
    axis: { speed: 2, 'odd.key': 'kept' },
    note: 'kept',
  });
});

test.each<[string, string, string]>([
  ['volts=x', 'volts', 'must be a number (in V), not "x"'],
  ['volts=5A', 'volts', 'must be a number (in V), not "5A"'],
  ['volts=5m', 'volts', 'must be a number'],
  ['volts=', 'volts', 'must be a number'],
  ['volts=0x10', 'volts', 'must be a number'],
  ['volts=1e999', 'volts', 'must be a number'],
  ['volts=Infinity', 'volts', 'must be a number'],
  ['count=9007199254740993', 'count', 'must be a whole number'],
  ['on=yes', 'on', 'must be true or false, not "yes"'],
  ['mode=fats', 'mode', 'must be one of fast, slow, 3, not "fats"; did you mean "fast"?'],
  ['vague=5', 'vague', 'can mean 5 or "5"; write the one that is meant as JSON, with :='],
  ['points=x', 'points', 'must be a number, not "x"'],
  ['axis=5', 'axis', 'must be an object, given as name.key=value'],
  ['vots=5', 'vots', 'is not known; did you mean "volts"?'],
  ['axis.sped=5', 'axis.sped', 'is not known'],
  ['volts', 'volts', 'is no name=value'],
  ['=5', '=5', 'is no name=value'],
  ['volts:={', 'volts', 'is not JSON'],
])('%s is wrong', (word, name, detail) => {
  expect(read(word).problems).toEqual([{ name, detail: expect.stringContaining(detail) as string }]);
});

test('all that is wrong is told at once', () => {
  const { problems } = read('vots=1', 'on=maybe', 'note=a', 'note=b', 'axis:={}', 'axis.speed=1');
  expect(problems.map(({ name }) => name)).toEqual(['vots', 'on', 'note', 'axis.speed']);
});

test('where nothing is said of a parameter it is JSON, or else text', () => {
  const open = { type: 'object' };
  expect(paramsOf(open, ['a=5', 'b=x y', 'c={"d":1}']).value).toEqual({ a: 5, b: 'x y', c: { d: 1 } });
});

test('a command without parameters says so', () => {
  expect(paramsOf(closed({}), ['volts=5']).problems[0]?.detail).toBe('is not known: there are no parameters');
});

describe('units', () => {
  test.each<[string, string | undefined, number | undefined]>([
    ['500mV', 'V', 0.5],
    ['1.1mV', 'V', 0.0011],
    ['5V', 'mV', 5000],
    ['3us', 'ms', 0.003],
    ['3µs', 's', 0.000003],
    ['2kHz', 'Hz', 2000],
    ['5mm', 'm', 0.005],
    ['5mm/min', 'mm/min', 5],
    ['5m/min', 'mm/min', undefined],
    ['5min', 'm', undefined],
    ['5M', 'm', undefined],
    ['5mv', 'V', undefined],
    ['5kV', 'W', undefined],
    ['5 %', '%', 5],
    ['21.5°C', '°C', 21.5],
    ['70°F', '°C', undefined],
    ['5V', undefined, undefined],
    ['5', undefined, 5],
  ])('%s where numbers are in %s is %s', (text, unit, number) => {
    expect(numberOf(text, unit)).toBe(number);
  });

  test('a number is the same with its unit and without', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (number) => {
        expect(numberOf(String(number), 'V')).toBe(Number(String(number)));
        expect(numberOf(`${number}V`, 'V')).toBe(Number(String(number)));
      }),
    );
  });
});

/** Any schema of what commands take, and a value of it. */
const leaf = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => [{ type: 'number' }, value] as const),
  fc.maxSafeInteger().map((value) => [{ type: 'integer' }, value] as const),
  fc.boolean().map((value) => [{ type: 'boolean' }, value] as const),
  fc.string().map((value) => [{ type: 'string' }, value] as const),
  fc.constantFrom('a', 'b', 1, true).map((value) => [{ enum: ['a', 'b', 1, true] }, value] as const),
  fc.array(fc.integer()).map((value) => [{ type: 'array', items: { type: 'integer' } }, value] as const),
);
const key = fc.stringMatching(/^[a-z][a-z0-9_-]{0,5}$/);
const { tree } = fc.letrec<{ tree: readonly [object, unknown]; object: readonly [object, unknown] }>((tie) => ({
  object: fc.dictionary(key, tie('tree'), { maxKeys: 4, noNullPrototype: true }).map((members) => {
    const entries = Object.entries(members);
    const pick = (index: 0 | 1) => Object.fromEntries(entries.map(([name, pair]) => [name, pair[index]]));
    return [closed(pick(0) as Record<string, object>), pick(1)] as const; // the schemas are objects
  }),
  tree: fc.oneof({ depthSize: 'small' }, leaf, tie('object')),
}));

test('a whole number beyond 2^53 is taken where the very digits are what is sent', () => {
  const schema = closed({ n: { type: 'number' } });
  expect(paramsOf(schema, ['n=33579864492749430'])).toMatchObject({ problems: [], value: { n: 33579864492749430 } });
  expect(paramsOf(schema, ['n=33579864492749431']).problems).toMatchObject([{ name: 'n' }]);
});

test('what is written as words is read as what it was', () => {
  fc.assert(
    fc.property(fc.dictionary(key, tree, { maxKeys: 4, noNullPrototype: true }), (members) => {
      const pick = (index: 0 | 1) =>
        Object.fromEntries(Object.entries(members).map(([name, pair]) => [name, pair[index]]));
      const [whole, value] = [closed(pick(0) as Record<string, object>), pick(1)]; // as above
      const words = wordsOf(value).map(unquoted);
      // An object without members is no word.
      const expected = withoutEmpty(JSON.parse(JSON.stringify(value)));
      const result = paramsOf(whole, words);
      expect(result.problems).toEqual([]);
      expect(withoutEmpty(result.value) ?? {}).toEqual(expected ?? {});
      expect(validate(whole, result.value)).toEqual([]);
    }),
    { numRuns: 300 },
  );
});

/** As the shell hands it on. */
function unquoted(word: string): string {
  return word.startsWith("'") ? word.slice(1, -1).replaceAll(String.raw`'\''`, "'") : word;
}

function withoutEmpty(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const members = Object.entries(value).flatMap(([name, member]) => {
    const kept = withoutEmpty(member);
    return kept === undefined ? [] : [[name, kept] as const];
  });
  return members.length === 0 ? undefined : Object.fromEntries(members);
}

test('whatever is written, nothing is thrown and nothing unknown gets in', () => {
  const word = fc.oneof(
    fc.string(),
    fc
      .tuple(fc.constantFrom('volts', 'on', 'axis.speed', 'points', 'x'), fc.string())
      .map(([name, text]) => `${name}=${text}`),
  );
  fc.assert(
    fc.property(fc.array(word, { maxLength: 5 }), (words) => {
      const { value, problems } = paramsOf(schema, words);
      expect(Object.keys(value as object).every((name) => name in schema.properties)).toBe(true);
      if (problems.length === 0) expect(Object.keys(value as object).length).toBeLessThanOrEqual(words.length);
    }),
  );
});
