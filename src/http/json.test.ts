import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseJson } from './json.ts';

const few = fc.constantFrom('a', 'b', '__proto__', 'constructor', '1', '', '\u00fc', 'a"', '\\');
const short = fc.oneof(few, fc.integer(), fc.boolean(), fc.constant(null));
const value = fc.oneof(short, fc.array(short, { maxLength: 2 }), fc.dictionary(few, short, { maxKeys: 2 }));
/** An object's text, in which keys may stand more than once. */
const object = fc.array(fc.tuple(few, value), { maxLength: 5 }).map((members) => {
  const parts = members.map(([key, its]) => `${JSON.stringify(key)}:${JSON.stringify(its)}`);
  return { text: `{${parts.join(',')}}`, keys: members.map(([key]) => key) };
});

test('a key that stands twice is refused, however short the text, and else it is what JSON.parse makes of it', () => {
  fc.assert(
    fc.property(object, ({ text, keys }) => {
      if (new Set(keys).size < keys.length) expect(() => parseJson(text)).toThrow('stands twice');
      else expect(JSON.stringify(parseJson(text))).toBe(JSON.stringify(JSON.parse(text)));
    }),
    { numRuns: 2000 },
  );
});

const beyond = 'which would be rounded';
test.each([
  ['9007199254740991', undefined],
  ['-9007199254740991', undefined],
  ['9007199254740992', beyond],
  ['{"value":9007199254740993}', `/value is a whole number beyond ±9007199254740991, ${beyond}`],
  ['{"value":-9007199254740993}', `/value is a whole number beyond`],
  ['{"a":{"b":[1,12345678901234567890]}}', '/a/b/1 is a whole number beyond'],
  ['{"a":"9007199254740993","b":[1.5,-2e-3,0]}', undefined],
  ['{"a":9007199254740993.5}', undefined],
  ['{"value":1e300}', undefined],
  ['{"value":1e400}', '/value is larger than any number'],
  ['{"value":[-1e400]}', '/value/0 is larger than any number'],
])('%s: %s', (text, refusal) => {
  if (refusal === undefined) expect(parseJson(text)).toEqual(JSON.parse(text));
  else expect(() => parseJson(text)).toThrow(refusal);
});

test('what is short is judged as what is long', () => {
  const outcomeOf = (text: string): string => {
    try {
      return JSON.stringify(parseJson(text));
    } catch (error) {
      // What JSON.parse quotes of a text depends on how long it is.
      return String(error).replace(/is not valid JSON.*/s, 'is not valid JSON');
    }
  };
  const text = fc.oneof(
    object.map((its) => its.text),
    fc.json(),
    fc.string(),
  );
  fc.assert(
    fc.property(text, (its) => {
      // Blanks after it change nothing but how long it is.
      expect(outcomeOf(its)).toBe(outcomeOf(its.length === 0 ? its : `${its}${' '.repeat(600)}`));
    }),
    { numRuns: 1000 },
  );
});
