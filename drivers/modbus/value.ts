import { BellcrankError, scaled, unscaled } from '../../src/driver/index.ts';
import { assertFits, type Raw, rawFrom, rawRange, rawTo } from './raw.ts';
import type { Register } from './register-schema.ts';
import { textFrom, textTo } from './text.ts';
import { bytesOf, type Orders, wordsOf } from './words.ts';

export type Value = number | string | boolean;

/**
 * The value that registers hold. Throws `device-failed` where the register says that there is none (`invalid`), and a
 * plain error for what makes no sense.
 */
export function decodeWords(register: Register, words: readonly number[], orders: Orders): Value {
  if (register.type === 'string') return textFrom(bytesOf(words, { ...orders, wordOrder: 'big' }));
  const raw = rawFrom(register, bytesOf(words, orders));
  assertValid(register, raw);
  return meaningOf(register, raw);
}

/** The registers for a value that takes whole ones. Throws `invalid-request` for what does not fit. */
export function encodeWords(register: Register, value: unknown, count: number, orders: Orders): number[] {
  if (register.type === 'string') {
    if (typeof value !== 'string') throw notA('text', value);
    return wordsOf(textTo(value, count * 2), { ...orders, wordOrder: 'big' });
  }
  return wordsOf(rawTo(register, rawOf(register, value), count * 2), orders);
}

/** What a value's bit field holds. Throws `invalid-request` for what does not fit. */
export function encodeBits(register: Register, value: unknown): number {
  const raw = BigInt(rawOf(register, value));
  const range = rawRange(register);
  if (range !== undefined) assertFits(raw, range);
  return Number(raw);
}

/** The value of a coil or a discrete input. */
export function decodeBit(register: Register, isSet: boolean): Value {
  return meaningOf(register, isSet ? 1 : 0);
}

function assertValid({ invalid }: Register, raw: Raw): void {
  const isInvalid =
    invalid === 'nan' ? Number.isNaN(raw) : [invalid].flat().some((none) => none !== undefined && Number(raw) === none);
  if (!isInvalid) return;
  throw new BellcrankError('device-failed', `the device has no value: the register holds ${raw}`, {
    outcome: 'failed',
  });
}

function meaningOf(register: Register, raw: Raw): Value {
  const { type, scale = 1, offset = 0, values = {} } = register;
  if (type === 'bool') {
    if (Number(raw) > 1) throw new Error(`the register holds ${raw}, which is neither 0 nor 1`);
    return Number(raw) === 1;
  }
  if (type === 'enum') {
    const found = Object.entries(values).find(([, number]) => number === Number(raw));
    if (found === undefined) throw new Error(`the register holds ${raw}, which means nothing`);
    return found[0];
  }
  if (typeof raw === 'number' && !Number.isFinite(raw)) throw new Error(`the register holds ${raw}`);
  return scaled(raw, scale, offset);
}

function rawOf(register: Register, value: unknown): Raw {
  const { type, scale = 1, offset = 0, values = {} } = register;
  if (type === 'bool') {
    if (typeof value !== 'boolean') throw notA('true or false', value);
    return value ? 1 : 0;
  }
  if (type === 'enum') {
    const raw = typeof value === 'string' && Object.hasOwn(values, value) ? values[value] : undefined;
    if (raw === undefined) throw notA(`one of ${Object.keys(values).join(', ')}`, value);
    return raw;
  }
  if (typeof value !== 'number' || !Number.isFinite(value)) throw notA('a finite number', value);
  if (type !== 'float32' && type !== 'float64') return unscaled(value, scale, offset);
  return scale === 1 && offset === 0 ? value : (value - offset) / scale;
}

function notA(what: string, value: unknown): BellcrankError {
  return new BellcrankError('invalid-request', `${JSON.stringify(value) ?? 'nothing'} is not ${what}`);
}
