import { expect, test } from 'vitest';
import type { Sample } from '../store.ts';
import { fingerprint } from './fingerprint.ts';
import { type KeepRule, Recorder } from './recorder.ts';

function recorderWith(rule?: KeepRule, capacity = 100) {
  const kept: Sample[] = [];
  const history = { add: (sample: Sample): void => void kept.push(sample) };
  const recorder = new Recorder({ history, ruleOf: () => rule, capacity });
  const take = (values: readonly unknown[], everyMs: number): unknown[] => {
    kept.length = 0;
    for (const [index, value] of values.entries()) recorder.take('d', 'p', value, index * everyMs);
    return kept.map(({ value }) => value);
  };
  return { recorder, kept, take };
}

test.each<[string, KeepRule | undefined, readonly unknown[], readonly unknown[]]>([
  ['changes, by default', undefined, [1, 1, 2, 2, 1, null, null, 'a', 'a'], [1, 2, 1, null, 'a']],
  ['equal objects are no change', undefined, [{ a: 1, b: 2 }, { b: 2, a: 1 }, { a: 1 }], [{ a: 1, b: 2 }, { a: 1 }]],
  ['a text is not the number that it says', undefined, [1, '1', true, 'true'], [1, '1', true, 'true']],
  ['within the deadband', { keep: 'change', deadband: 0.5 }, [1, 1.4, 0.6, 1.5, 1.6, 1.9, 2.2], [1, 1.6, 2.2]],
  ['a drift leaves the deadband', { keep: 'change', deadband: 1 }, [0, 0.6, 1.2, 1.8, 2.4], [0, 1.2, 2.4]],
  ['nothing', { keep: 'off' }, [1, 2, 3], []],
  ['one every 3 s', { keep: 'interval', everyMs: 3000 }, [1, 2, 3, 4, 4, 4, 4], [1, 4, 4]],
  ['the same again after 2 s', { keep: 'change', everyMs: 2000 }, [1, 1, 1, 2, 2, 2, 2], [1, 1, 2, 2]],
])('%s', (_, rule, values, kept) => {
  expect(recorderWith(rule).take(values, 1000)).toEqual(kept);
});

test('what does not change is kept every 10 minutes, and on interval once a minute', () => {
  expect(
    recorderWith().take(
      Array.from({ length: 41 }, () => 5),
      30_000,
    ),
  ).toHaveLength(3);
  expect(
    recorderWith({ keep: 'interval' }).take(
      Array.from({ length: 41 }, () => 5),
      30_000,
    ),
  ).toHaveLength(21);
});

test('a clock that is set back silences nothing', () => {
  const { recorder, kept } = recorderWith({ keep: 'interval', everyMs: 1000 });
  recorder.take('d', 'p', 1, 1_000_000);
  recorder.take('d', 'p', 2, 5000);
  recorder.take('d', 'p', 3, 5500);
  expect(kept.map(({ value }) => value)).toEqual([1, 2]);
});

test('properties are told apart, and those that told nothing for longest are forgotten', () => {
  const { recorder, kept } = recorderWith(undefined, 2);
  for (const [device, property] of [
    ['a', 'bc'],
    ['ab', 'c'],
    ['a', 'bc'],
    ['x', 'y'],
    ['a', 'bc'],
    ['ab', 'c'],
  ] as const) {
    recorder.take(device, property, 1, 1000);
  }
  expect(kept.map(({ device }) => device)).toEqual(['a', 'ab', 'x', 'ab']);
});

test('a fingerprint is short, and another one for another value', () => {
  const long = Array.from({ length: 10_000 }, (_, index) => index);
  expect(fingerprint(long).length).toBeLessThan(65);
  expect(fingerprint(long)).toBe(fingerprint([...long]));
  expect(fingerprint(long)).not.toBe(fingerprint(long.slice(1)));
  expect(fingerprint({ a: { c: [1, 2], b: 1 } })).toBe(fingerprint({ a: { b: 1, c: [1, 2] } }));
  expect(fingerprint([1, 2])).not.toBe(fingerprint([2, 1]));
  const circle: unknown[] = [];
  circle.push(circle);
  expect(fingerprint(circle)).toBe('');
});
