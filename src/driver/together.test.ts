import { describe, expect, test } from 'vitest';
import { BellcrankError, type ErrorCode } from '../errors.ts';
import { together } from './together.ts';

const fails = (code: ErrorCode) => Promise.reject(new BellcrankError(code, `it says ${code}`));
const done = () => Promise.resolve('done');

describe('several messages that are one order', () => {
  test('are done when each is', async () => {
    expect(await together([done(), done()])).toEqual(['done', 'done']);
  });

  test.each([
    ['one in doubt leaves all in doubt', ['device-refused', 'device-timeout'], 'device-timeout'],
    ['all refused is refused', ['device-refused', 'device-refused'], 'device-refused'],
    ['some refused is no refusal: something was done', ['device-refused', 'done'], 'device-failed'],
    ['some failed', ['device-refused', 'device-failed'], 'device-failed'],
    ['a single one speaks for itself', ['verify-mismatch'], 'verify-mismatch'],
  ] satisfies [string, (ErrorCode | 'done')[], ErrorCode][])('%s', async (_, parts, code) => {
    const running = parts.map((part) => (part === 'done' ? done() : fails(part)));
    await expect(together(running)).rejects.toMatchObject({ code });
  });

  test('what is no error of ours is handed on', async () => {
    const bug = new TypeError('a bug');
    await expect(together([fails('device-refused'), Promise.reject(bug)])).rejects.toBe(bug);
  });
});
