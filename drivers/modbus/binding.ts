import { BellcrankError } from '../../src/driver/index.ts';
import { type BitField, bitFieldOf } from './bit-field.ts';
import type { ModbusMap } from './map-schema.ts';
import { isBitTable, type Place, placeOf } from './place.ts';
import type { Register } from './register-schema.ts';
import { decodeBit, decodeWords, type Value } from './value.ts';
import type { Orders } from './words.ts';

/** A register of a map, with where it lies and how its bytes are ordered. */
export interface Binding {
  readonly register: Register;
  readonly place: Place;
  readonly orders: Orders;
  readonly field: BitField | undefined;
}

/** Throws `invalid-request` for a register that says nowhere where it lies, which `checkModbusMap` finds. */
export function bind(register: Register, map: ModbusMap): Binding {
  const place = placeOf(register);
  if (place === undefined) throw new BellcrankError('invalid-request', 'a register needs a table and an address');
  const orders = {
    wordOrder: register.wordOrder ?? map.modbus?.wordOrder ?? 'big',
    byteOrder: register.byteOrder ?? map.modbus?.byteOrder ?? 'big',
  } as const;
  return { register, place, orders, field: bitFieldOf(register) };
}

/** The value in what was read from an address on: registers, or bits as 0 and 1. */
export function valueIn({ register, place, orders }: Binding, data: readonly number[], from: number): Value {
  const own = data.slice(place.address - from, place.address - from + place.count);
  if (own.length !== place.count) throw new Error('the response is too short');
  return isBitTable(place.table) ? decodeBit(register, own[0] === 1) : decodeWords(register, own, orders);
}
