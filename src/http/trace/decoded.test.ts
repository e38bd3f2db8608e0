import { expect, test } from 'vitest';
import type { Device } from '../../device/device.ts';
import type { TraceEntry } from '../../transport/trace/index.ts';
import { decodedOf } from './decoded.ts';

const device = { settings: { driver: {} } } as Device; // what is read of it

function entry(text: string): TraceEntry {
  const message = { topic: 'lamp', payload: Buffer.from(text), retained: false };
  return { kind: 'heard', sequence: 1, at: 0, message } as unknown as TraceEntry; // as above
}

test('JSON is decoded as far as a value may be deep, and no further', () => {
  expect(decodedOf(entry('{"on":[true]}'), device)).toEqual({ on: [true] });
  const nested = (levels: number): string => `${'['.repeat(levels)}${']'.repeat(levels)}`;
  expect(decodedOf(entry(nested(20)), device)).toEqual(JSON.parse(nested(20)));
  for (const levels of [40, 2000, 100_000]) expect(decodedOf(entry(nested(levels)), device)).toBeUndefined();
});
