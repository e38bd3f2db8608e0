import type { Register, RegisterType, Table } from './register-schema.ts';

/** So many registers, or bits in the two tables of bits, from an address on. */
export interface Place {
  readonly table: Table;
  readonly address: number;
  readonly count: number;
}

/** The tables by the digit that manuals put before the number (§4.4 counts from 0 on the wire, manuals from 1). */
const tableOfDigit: Readonly<Record<string, Table>> = { 0: 'coil', 1: 'discrete', 3: 'input', 4: 'holding' };

const registersOf: Readonly<Record<Exclude<RegisterType, 'string'>, number>> = {
  int16: 1,
  uint16: 1,
  bool: 1,
  bits: 1,
  enum: 1,
  int32: 2,
  uint32: 2,
  float32: 2,
  int64: 4,
  uint64: 4,
  float64: 4,
};

/** Where a register of a map lies. Undefined: it does not say so. */
export function placeOf(register: Register): Place | undefined {
  const { type, length = 1 } = register;
  const count = type === 'string' ? length : registersOf[type];
  const { table, address, reference } = register;
  if (reference === undefined) return table && address !== undefined ? { table, address, count } : undefined;
  const found = fromReference(reference);
  if (found === undefined || (table !== undefined && table !== found.table) || address !== undefined) return undefined;
  return { ...found, count };
}

export function isBitTable(table: Table): boolean {
  return table === 'coil' || table === 'discrete';
}

/** `30001` and `300001` are both input register 0. */
export function fromReference(reference: number): { table: Table; address: number } | undefined {
  const digits = reference > 99_999 ? 100_000 : 10_000;
  const table = tableOfDigit[String(Math.floor(reference / digits))];
  const address = (reference % digits) - 1;
  return table === undefined || address < 0 || address > 0xff_ff ? undefined : { table, address };
}
