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

test('a reply of several frames is a list of them, and one of more than are expected is none', () => {
  const seen = { of: { read: { p: 1 } }, options: {}, frames: 2 };
  const passing = (reply: string): Passed[] => [passed('sent', 'ALL?\r'), passed('heard', reply)];
  expect(exampleOf(seen, passing('P=1\rS=0\r'), terminators)).toMatchObject({ send: 'ALL?', reply: ['P=1', 'S=0'] });
  expect(exampleOf(seen, passing('P=1\rS=0\rX\r'), terminators)).toBeUndefined();
  expect(exampleOf(seen, passing('P=1\r'), terminators)).toBeUndefined();
});

test('what was cut is none', () => {
  const heard: Passed = { ...passed('heard', 'x'), isCut: true };
  expect(exampleOf({ of: {}, options: {} }, [passed('sent', 'A\r'), heard], terminators)).toBeUndefined();
});

test('what may be unasked is no reply', () => {
  const seen = { of: { identify: true }, options: {} };
  expect(exampleOf(seen, [passed('sent', 'ID\r'), passed('heard', 'W=1\rX\r')], terminators)).toBeUndefined();
  const silence = { ...terminators, heard: Buffer.from('') };
  expect(exampleOf(seen, [passed('sent', 'ID\r'), passed('heard', 'X\r')], silence)).toMatchObject({ reply: 'X\\x0d' });
});
