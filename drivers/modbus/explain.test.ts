import { expect, test } from 'vitest';
import { explain } from './explain.ts';
import { mbap } from './mbap.ts';
import { readRegisters, writeRegister } from './pdu.ts';
import { rtu } from './rtu.ts';

test.each([
  ['RTU', rtu, {}],
  ['MBAP', mbap, { id: 7 }],
] as const)('%s: requests and responses in words', (_, wrapping, head) => {
  const ask = wrapping.wrap(3, readRegisters(3, 0x10, 2).pdu, 7);
  const its = { ...head, unit: 3, function: 'read holding registers' };
  expect(explain({ kind: 'sent', bytes: ask })).toEqual({ ...its, address: 16, count: 2 });
  const reply = wrapping.wrap(3, Uint8Array.of(3, 4, 0, 5, 1, 0), 7);
  expect(explain({ kind: 'heard', bytes: reply })).toEqual({ ...its, registers: [5, 256] });
  const write = wrapping.wrap(3, writeRegister(1, 9).pdu, 7);
  expect(explain({ kind: 'sent', bytes: write })).toEqual({ ...its, function: 'write register', address: 1, value: 9 });
  const refused = wrapping.wrap(3, Uint8Array.of(0x83, 2), 7);
  expect(explain({ kind: 'heard', bytes: refused })).toEqual({ ...its, exception: 2 });
});

test('what is no frame, or half of one, has no words', () => {
  const whole = rtu.wrap(3, readRegisters(3, 0x10, 2).pdu, 0);
  expect(explain({ kind: 'sent', bytes: whole.subarray(0, -1) })).toBeUndefined();
  expect(explain({ kind: 'heard', bytes: new Uint8Array() })).toBeUndefined();
  expect(
    explain({ kind: 'heard', bytes: Uint8Array.from(whole, (byte, at) => (at === 2 ? byte ^ 1 : byte)) }),
  ).toBeUndefined();
});
