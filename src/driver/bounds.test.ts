import { expect, test } from 'vitest';
import { maxValueCharacters, maxValueDepth, tooMuch } from './bounds.ts';

function nested(levels: number): unknown {
  let value: unknown = 1;
  for (let level = 0; level < levels; level++) value = level % 2 === 0 ? [value] : { deeper: value };
  return value;
}

test('what devices tell is not too much', () => {
  for (const value of [0, null, undefined, '', 'x'.repeat(1000), [1, [2]], { a: { b: 'c' } }, nested(maxValueDepth)]) {
    expect(tooMuch(value)).toBeUndefined();
  }
  expect(tooMuch(Array.from({ length: 100_000 }, (_, index) => index))).toBeUndefined();
});

test('one level too many is too much, and so are ten thousand', () => {
  for (const levels of [maxValueDepth + 1, 10_000]) expect(tooMuch(nested(levels))).toMatch(/levels deep/);
});

test('what is as long as its bound passes, and one character more does not, wherever it stands', () => {
  const rest = maxValueCharacters - 2;
  expect(tooMuch('x'.repeat(rest))).toBeUndefined();
  expect(tooMuch('x'.repeat(rest + 1))).toMatch(/longer than/);
  expect(tooMuch({ deep: { inside: ['x'.repeat(rest + 1)] } })).toMatch(/longer than/);
  expect(tooMuch({ ['k'.repeat(rest + 1)]: 1 })).toMatch(/longer than/);
  expect(tooMuch(Array.from({ length: maxValueCharacters }, () => null))).toMatch(/longer than/);
});

test('what holds itself has no end, and is too much', () => {
  const circle: unknown[] = [];
  circle.push(circle, circle);
  expect(tooMuch(circle)).toMatch(/levels deep/);
});
