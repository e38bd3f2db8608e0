import { array, assert as check, constantFrom, pre, property, string } from 'fast-check';
import { expect, test } from 'vitest';
import type { Turn } from '../../src/recording/index.ts';
import { type Found, Requests } from './requests.ts';

const requestsOf = (texts: readonly string[]): Requests =>
  new Requests(texts.map((text, at): Turn => ({ number: at + 1, at, sent: Buffer.from(text, 'latin1'), said: [] })));

/** As it is said, one after the other. */
function sought(texts: readonly string[], heard: string): Found {
  const begun = texts.filter((text) => text !== '' && heard.startsWith(text));
  const length = Math.max(0, ...begun.map((text) => text.length));
  const grows = texts.some((text) => text.length > heard.length && text.startsWith(heard));
  if (grows) return length === 0 ? { kind: 'wait' } : { kind: 'wait', settled: length };
  return length === 0 ? { kind: 'unknown' } : { kind: 'request', length };
}

test('finds what looking at each request would find', () => {
  const text = string({ unit: constantFrom('a', 'b', '\n', '\xff'), maxLength: 6 });
  check(
    property(array(text, { maxLength: 12 }), text, (texts, heard) => {
      pre(heard !== '');
      expect(requestsOf(texts).find(heard)).toEqual(sought(texts, heard));
    }),
  );
});

test('a request of no bytes is one that nobody can ask', () => {
  const requests = requestsOf(['', 'A\n']);
  expect(requests.find('hello\n')).toEqual({ kind: 'unknown' });
  expect(requests.find('A\n')).toEqual({ kind: 'request', length: 2 });
  expect(requests.terminator).toBe('\n');
});

test('a flood of what no request begins with is told at once, however many requests there are', () => {
  const requests = requestsOf(Array.from({ length: 100_000 }, (_, index) => `M${index}\n`));
  const began = performance.now();
  for (let heard = 0; heard < 5000; heard++) {
    expect(requests.find('?\n').kind).toBe('unknown');
    expect(requests.terminator).toBe('\n');
  }
  // Looking at each of them takes minutes.
  expect(performance.now() - began).toBeLessThan(5000);
});
