import type { Register } from '../../drivers/modbus/model.ts';
import type { Span, Table } from './memory.ts';

export type Value = number | string | boolean;

/** A register of the map, with what the map says for all of them. */
export interface Point {
  readonly name: string;
  readonly register: Register;
  readonly span: Span;
  readonly swapsWords: boolean;
  readonly swapsBytes: boolean;
}

const sizes: Readonly<Record<string, number>> = { int32: 2, uint32: 2, float32: 2, int64: 4, uint64: 4, float64: 4 };
const digits: Readonly<Record<string, Table>> = { 0: 'coil', 1: 'discrete', 3: 'input', 4: 'holding' };

/** Manuals number from 1 and put the table's digit in front; the wire counts from 0 (§4.4). */
export function spanOf(register: Register): Span {
  const count = register.type === 'string' ? (register.length ?? 1) : (sizes[register.type] ?? 1);
  const { reference, table = 'holding', address = 0 } = register;
  if (reference === undefined) return { table, address, count };
  const text = String(reference).padStart(reference > 99_999 ? 6 : 5, '0');
  return { table: digits[text.slice(0, 1)] ?? table, address: Number(text.slice(1)) - 1, count };
}

/** The registers or the bit that hold a value; `before` is what they hold now. */
export function encode(point: Point, value: Value, before: readonly number[]): number[] {
  const { register, span } = point;
  if (span.table === 'coil' || span.table === 'discrete') return [rawOf(register, value)];
  const field = fieldOf(register);
  if (field !== undefined) return [((before[0] ?? 0) & ~field.mask) | (rawOf(register, value) << field.shift)];
  const bytes = Buffer.alloc(span.count * 2);
  fill(bytes, register, value);
  return arrange(bytes, point);
}

export function decode(point: Point, numbers: readonly number[]): Value {
  const { register, span } = point;
  const [first = 0] = numbers;
  if (span.table === 'coil' || span.table === 'discrete') return meaning(register, first);
  const field = fieldOf(register);
  if (field !== undefined) return meaning(register, (first & field.mask) >> field.shift);
  return contents(joined(numbers, point), register);
}

/** The number before scaling, or undefined where it is none. */
function rawOf({ type, values = {}, scale = 1, offset = 0 }: Register, value: Value): number {
  if (type === 'enum') return values[String(value)] ?? 0;
  if (type === 'bool') return value === true ? 1 : 0;
  const raw = (Number(value) - offset) / scale;
  return type === 'float32' || type === 'float64' ? raw : Math.round(raw);
}

function meaning({ type, values = {}, scale = 1, offset = 0 }: Register, raw: number): Value {
  if (type === 'bool') return raw !== 0;
  if (type === 'enum') return Object.keys(values).find((text) => values[text] === raw) ?? raw;
  // Scales are decimal fractions; the sum of their rounding errors is far below the tenth digit.
  return Number((raw * scale + offset).toPrecision(12));
}

function fieldOf({ bit, bits }: Register): { shift: number; mask: number } | undefined {
  if (bit !== undefined) return { shift: bit, mask: 1 << bit };
  if (bits === undefined) return undefined;
  const shift = Math.min(bits[0], bits[1]);
  const width = Math.abs(bits[1] - bits[0]) + 1;
  return { shift, mask: ((1 << width) - 1) << shift };
}

function fill(bytes: Buffer, register: Register, value: Value): void {
  if (register.type === 'string') return void bytes.write(String(value), 'latin1');
  const raw = rawOf(register, value);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (register.type === 'float32') view.setFloat32(0, raw);
  else if (register.type === 'float64') view.setFloat64(0, raw);
  else if (bytes.length === 2) view.setUint16(0, raw & 0xff_ff);
  else if (bytes.length === 4) view.setUint32(0, raw >>> 0);
  else view.setBigUint64(0, BigInt.asUintN(64, BigInt(raw)));
}

const readers: Readonly<Partial<Record<Register['type'], (view: DataView) => number>>> = {
  // Seven digits are what a 32-bit float has.
  float32: (view) => Number(view.getFloat32(0).toPrecision(7)),
  float64: (view) => view.getFloat64(0),
  int16: (view) => view.getInt16(0),
  int32: (view) => view.getInt32(0),
  uint32: (view) => view.getUint32(0),
  int64: (view) => Number(view.getBigInt64(0)),
  uint64: (view) => Number(view.getBigUint64(0)),
};

function contents(bytes: Buffer, register: Register): Value {
  if (register.type === 'string') return bytes.toString('latin1').replace(/[\0 ]+$/, '');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const single = isSigned(register) ? view.getInt16(0) : view.getUint16(0);
  return meaning(register, readers[register.type]?.(view) ?? single);
}

/** An enum with a negative member can only lie in a signed register. */
function isSigned({ values = {} }: Register): boolean {
  return Object.values(values).some((number) => number < 0);
}

/** From a value's bytes to registers in the device's own order. */
function arrange(bytes: Buffer, { register, swapsWords, swapsBytes }: Point): number[] {
  const numbers: number[] = [];
  for (let at = 0; at < bytes.length; at += 2) {
    const [high = 0, low = 0] = bytes.subarray(at, at + 2);
    numbers.push(swapsBytes ? (low << 8) | high : (high << 8) | low);
  }
  return swapsWords && register.type !== 'string' ? numbers.toReversed() : numbers;
}

function joined(numbers: readonly number[], { register, swapsWords, swapsBytes }: Point): Buffer {
  const ordered = swapsWords && register.type !== 'string' ? numbers.toReversed() : numbers;
  return Buffer.from(
    ordered.flatMap((number) => (swapsBytes ? [number & 0xff, number >> 8] : [number >> 8, number & 0xff])),
  );
}
