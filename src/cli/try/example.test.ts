import { expect, test } from 'vitest';
import { exampleOf, firstOf } from './example.ts';
import type { Passed } from './wire-log.ts';

const terminators = { sent: Buffer.from('\r'), heard: Buffer.from('\r') };
const passed = (direction: Passed['direction'], text: string): Passed => ({
  direction,
  bytes: Buffer.from(text),
  at: 0,
});
const exchange = [passed('sent', '@05T?\r'), passed('heard', '20\r')];

test('an exchange is an example, with the options that were given', () => {
  const of = { read: { t: 20 } };
  const manual = 'seen on the device';
  expect(exampleOf({ of, options: { unit: 5 } }, exchange, terminators)).toEqual({
    send: '@05T?',
    reply: '20',
    read: { t: 20 },
    options: { unit: 5 },
    manual,
  });
  expect(exampleOf({ of, options: {} }, exchange, terminators)).toEqual({ send: '@05T?', reply: '20', ...of, manual });
});

test('two exchanges are none, and of an attach the first is that of identify', () => {
  const attach = [...exchange, passed('sent', 'INIT\r'), passed('heard', 'OK\r')];
  const seen = { of: { identify: true }, options: {} };
  expect(exampleOf(seen, attach, terminators)).toBeUndefined();
  expect(firstOf(attach)).toEqual(exchange);
  expect(firstOf(exchange)).toEqual(exchange);
});

test('what may be unasked is no reply', () => {
  const seen = { of: { identify: true }, options: {} };
  expect(exampleOf(seen, [passed('sent', 'ID\r'), passed('heard', 'W=1\rX\r')], terminators)).toBeUndefined();
  const silence = { ...terminators, heard: Buffer.from('') };
  expect(exampleOf(seen, [passed('sent', 'ID\r'), passed('heard', 'X\r')], silence)).toMatchObject({ reply: 'X\\x0d' });
});
