import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { parsePrefer, preferenceApplied } from './prefer.ts';

const nothing = { respondAsync: false, waitSeconds: undefined };
const asked = (respondAsync: boolean, waitSeconds?: number) => ({ respondAsync, waitSeconds });

test.each([
  ['respond-async', asked(true)],
  ['wait=10', asked(false, 10)],
  ['wait=0', asked(false, 0)],
  ['respond-async, wait=10', asked(true, 10)],
  ['RESPOND-Async,Wait = 007', asked(true, 7)],
  ['wait="10"', asked(false, 10)],
  [String.raw`wait="1\0"`, asked(false, 10)],
  ['respond-async=""', asked(true)],
  ['respond-async; why="a, wait=3; b", wait=5; x', asked(true, 5)],
  ['respond-async ;; a=b ; c', asked(true)],
  [', ,\trespond-async ,', asked(true)],
  ['return=minimal, respond-async', asked(true)],
  ['wait=99999999999999999999', asked(false, 2_147_483_647)],
])('%s', (text, expected) => {
  expect(parsePrefer(text)).toEqual(expected);
});

test.each([
  ['an unknown preference', 'respond-sync'],
  ['a value where there is none', 'respond-async=true'],
  ['no value', 'wait'],
  ['an empty value', 'wait=""'],
  ['no word after =', 'wait='],
  ['a negative number', 'wait=-1'],
  ['a fraction', 'wait=1.5'],
  ['an exponent', 'wait=1e3'],
  ['a hexadecimal number', 'wait=0x10'],
  ['blanks in quotes', 'wait=" 10 "'],
  ['blanks in a value', 'wait=1 0'],
  ['a no-break space', '\u00a0wait=10'],
  ['a broken parameter', 'respond-async; (x)'],
  ['a parameter, not a preference', 'foo; wait=10; respond-async'],
  ['a quote that is never closed', 'foo="bar, respond-async, wait=5'],
  ['text after a quoted string', 'wait="5"5'],
  ['a control character', 'wait="\u00005"'],
  ['the name of something inherited', 'constructor, __proto__'],
  ['nothing', ''],
  ['too much', `respond-async, ${'x'.repeat(2000)}`],
  ['two thousand blanks', `respond-async${' '.repeat(1985)}x`],
])('%s is ignored', (_, text) => {
  expect(parsePrefer(text)).toEqual(nothing);
});

test('one broken preference does not spoil its neighbours', () => {
  expect(parsePrefer('a b, wait=7, @, respond-async, =')).toEqual(asked(true, 7));
});

test('of duplicates the first counts, be it good or not, in one line or in several', () => {
  expect(parsePrefer('wait=1, wait=2')).toEqual(asked(false, 1));
  expect(parsePrefer(['WAIT=3', 'wait=4'])).toEqual(asked(false, 3));
  expect(parsePrefer('wait=soon, wait=2')).toEqual(nothing);
  expect(parsePrefer('respond-async=no, respond-async')).toEqual(nothing);
});

test('no header is no preference; several lines are one list', () => {
  expect(parsePrefer(undefined)).toEqual(nothing);
  expect(parsePrefer([])).toEqual(nothing);
  expect(parsePrefer(['respond-async', 'wait=2'])).toEqual(asked(true, 2));
});

test('what was applied is said', () => {
  expect(preferenceApplied(asked(true, 10))).toBe('respond-async, wait=10');
  expect(preferenceApplied(asked(true))).toBe('respond-async');
  expect(preferenceApplied(asked(false, 0))).toBe('wait=0');
  expect(preferenceApplied(nothing)).toBe('');
});

const blanks = fc.stringMatching(/^[ \t]{0,2}$/);
const word = fc.oneof(
  fc.constantFrom('1', '30', 'x', ''),
  fc.string({ maxLength: 8, unit: fc.constantFrom('a', ',', ';', '=', '"', '\\', ' ', '5') }),
);
const quote = (text: string): string => `"${text.replaceAll(/["\\]/g, String.raw`\$&`)}"`;
const oneName = fc.constantFrom('wait', 'respond-async', 'return', 'Wait', 'RESPOND-ASYNC', 'foo');
const onePreference = fc.record({
  name: oneName,
  value: fc.option(word),
  blanks: fc.array(blanks, { minLength: 4, maxLength: 4 }),
});

test('whatever is well formed is read by its meaning', () => {
  const list = fc.array(fc.tuple(onePreference, fc.array(onePreference, { maxLength: 2 })), { maxLength: 6 });
  fc.assert(
    fc.property(list, (preferences) => {
      const written = ({ name, value, blanks: [a, b, c, d] }: (typeof preferences)[number][0]): string =>
        value === null ? `${a}${name}${d}` : `${a}${name}${b}=${c}${quote(value)}${d}`;
      const text = preferences.map(([first, parameters]) => [first, ...parameters].map(written).join(';')).join(',');
      const first = (name: string) => preferences.find(([each]) => each.name.toLowerCase() === name)?.[0];
      const [async, wait] = [first('respond-async'), first('wait')];
      expect(parsePrefer(text)).toEqual({
        respondAsync: async !== undefined && (async.value ?? '') === '',
        waitSeconds: /^\d+$/.test(wait?.value ?? '') ? Number(wait?.value) : undefined,
      });
    }),
  );
});

test('whatever comes, the answer is bounded and stands by what it says', () => {
  const characters = fc.constantFrom(
    ...'respond-async, wait=10;"\\ \t\u00ff\u0000'.split(''),
    'wait',
    'respond-async',
    '=',
  );
  fc.assert(
    fc.property(fc.array(fc.string({ unit: characters, maxLength: 60 }), { maxLength: 3 }), (lines) => {
      const read = parsePrefer(lines);
      const { waitSeconds = 0 } = read;
      expect(Number.isInteger(waitSeconds) && waitSeconds >= 0 && waitSeconds < 2 ** 31).toBe(true);
      expect(parsePrefer(preferenceApplied(read))).toEqual(read);
      expect(parsePrefer(lines.join(', '))).toEqual(read);
    }),
  );
});
