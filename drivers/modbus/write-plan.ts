import { BellcrankError } from '../../src/driver/index.ts';
import type { Binding } from './binding.ts';
import type { BitField } from './bit-field.ts';
import type { WriteFunction } from './map-schema.ts';
import { maskWrite, type Request, writeAndRead, writeCoil, writeCoils, writeRegister, writeRegisters } from './pdu.ts';
import { isBitTable, type Place } from './place.ts';
import { encodeBits, encodeWords } from './value.ts';

/** How a value is written. */
export type WritePlan =
  | { readonly kind: 'write'; readonly request: Request<void> }
  /** Written and read back in one request. */
  | { readonly kind: 'read-back'; readonly request: Request<number[]>; readonly words: readonly number[] }
  /** Bits that are changed between reading their register and writing it. */
  | {
      readonly kind: 'change';
      readonly place: Place;
      readonly field: BitField;
      readonly bits: number;
      readonly write: (word: number) => Request<void>;
    };

/** Throws `invalid-request` for a value that the register cannot hold, before anything is sent. */
export function planWrite(binding: Binding, value: unknown, code: WriteFunction | undefined): WritePlan {
  const { register, place, orders, field } = binding;
  const { address, count } = place;
  if (isBitTable(place.table)) {
    const on = encodeBits(register, value) === 1;
    return { kind: 'write', request: code === 15 ? writeCoils(address, [on]) : writeCoil(address, on) };
  }
  if (field !== undefined) return planBits(place, field, encodeBits(register, value), code);
  const words = encodeWords(register, value, count, orders);
  if (code === 23) return { kind: 'read-back', request: writeAndRead(address, words), words };
  return { kind: 'write', request: whole(address, words, code) };
}

function planBits(place: Place, field: BitField, bits: number, code: WriteFunction | undefined): WritePlan {
  const { address } = place;
  // §6.16: result = (current AND and) OR (or AND NOT and).
  const and = ~field.mask & 0xff_ff;
  if (code === 22) return { kind: 'write', request: maskWrite(address, and, (bits << field.from) & field.mask) };
  return { kind: 'change', place, field, bits, write: (word) => whole(address, [word], code) };
}

function whole(address: number, words: readonly number[], code: WriteFunction | undefined): Request<void> {
  const [first = 0, ...more] = words;
  if (more.length > 0 && code === 6) {
    throw new BellcrankError('invalid-request', `function 6 writes one register, and the value takes ${words.length}`);
  }
  return more.length === 0 && code !== 16 ? writeRegister(address, first) : writeRegisters(address, words);
}
