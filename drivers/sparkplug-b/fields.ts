/**
 * Messages in the protobuf encoding, field by field (Protocol Buffers, "Encoding"). What a generic library would build of
 * a message from outside before anybody can count it is here counted as it is read.
 */

/** One value of a message: bigint for a varint, bytes for all that has a length or a width. */
export type FieldValue = bigint | Uint8Array;

/** How a field's value is laid out. Groups (3 and 4) are deprecated, and Sparkplug never had them. */
const varint = 0;
const wide64 = 1;
const delimited = 2;
const wide32 = 5;

/** Reads values from the front of some bytes to their end; throws for what is cut off. */
class Cursor {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#bytes.length;
  }

  /** Seven bits a byte, the lowest first; 64 at most. */
  varint(): bigint {
    let low = 0;
    for (let shift = 0; shift < 28; shift += 7) {
      const byte = this.#byte();
      low |= (byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt(low);
    }
    return BigInt(low) | this.#rest();
  }

  slice(length: number): Uint8Array {
    const end = this.#at + length;
    if (end > this.#bytes.length) throw new Error('it is cut off');
    const slice = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return slice;
  }

  #rest(): bigint {
    let value = 0n;
    for (let shift = 28n; shift < 70n; shift += 7n) {
      const byte = BigInt(this.#byte());
      value |= (byte & 0x7fn) << shift;
      if (byte < 0x80n && value < 2n ** 64n) return value;
    }
    throw new Error('a number has more than 64 bits');
  }

  #byte(): number {
    const byte = this.#bytes[this.#at++];
    if (byte === undefined) throw new Error('it is cut off');
    return byte;
  }
}

/**
 * Calls `take` with each field of a message, as it comes. Throws for what is cut off, for groups, and for whatever `take`
 * throws for. Nothing in it recurses, and nothing is copied.
 */
export function eachField(bytes: Uint8Array, take: (field: number, value: FieldValue) => void): void {
  const cursor = new Cursor(bytes);
  while (!cursor.isAtEnd) {
    const tag = cursor.varint();
    const field = tag >> 3n;
    if (field < 1n || tag >= 2n ** 32n) throw new Error('it has a field without a number');
    take(Number(field), valueOf(cursor, Number(tag & 7n)));
  }
}

function valueOf(cursor: Cursor, wireType: number): FieldValue {
  if (wireType === varint) return cursor.varint();
  if (wireType === wide64) return cursor.slice(8);
  // A length beyond what a number holds exactly is beyond the end all the more.
  if (wireType === delimited) return cursor.slice(Number(cursor.varint()));
  if (wireType === wide32) return cursor.slice(4);
  throw new Error(`it has a field of the wire type ${wireType}`);
}

/** A field of the wrong wire type is refused: guessing would make values up. */
export function asInteger(value: FieldValue): bigint {
  if (typeof value === 'bigint') return value;
  throw new Error('a number was expected');
}

export function asBytes(value: FieldValue): Uint8Array {
  if (typeof value !== 'bigint') return value;
  throw new Error('bytes were expected');
}

/** Well-formed UTF-8 of at most so many bytes. */
export function asText(value: FieldValue, maxBytes: number): string {
  const bytes = asBytes(value);
  if (bytes.length > maxBytes) throw new Error(`a text of ${bytes.length} bytes; at most ${maxBytes} are read`);
  return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
}

export function asFloat(value: FieldValue): number {
  return viewOf(value, 4).getFloat32(0, true);
}

export function asDouble(value: FieldValue): number {
  return viewOf(value, 8).getFloat64(0, true);
}

function viewOf(value: FieldValue, length: number): DataView {
  const bytes = asBytes(value);
  if (bytes.length !== length) throw new Error(`a number of ${bytes.length} bytes; ${length} were expected`);
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}

/** Writes a message, field by field. */
export class FieldWriter {
  readonly #bytes: number[] = [];

  integer(field: number, value: number | bigint): this {
    return this.#tag(field, varint).#varint(value);
  }

  bytes(field: number, value: Uint8Array): this {
    this.#tag(field, delimited).#varint(value.length);
    for (const byte of value) this.#bytes.push(byte);
    return this;
  }

  text(field: number, value: string): this {
    return this.bytes(field, Buffer.from(value));
  }

  float(field: number, value: number): this {
    const view = new DataView(new ArrayBuffer(4));
    view.setFloat32(0, value, true);
    return this.#fixed(field, wide32, view);
  }

  double(field: number, value: number): this {
    const view = new DataView(new ArrayBuffer(8));
    view.setFloat64(0, value, true);
    return this.#fixed(field, wide64, view);
  }

  finish(): Uint8Array {
    return Uint8Array.from(this.#bytes);
  }

  #fixed(field: number, wireType: number, view: DataView): this {
    this.#tag(field, wireType).#bytes.push(...new Uint8Array(view.buffer));
    return this;
  }

  #tag(field: number, wireType: number): this {
    return this.#varint(field * 8 + wireType);
  }

  /** A negative one as the two's complement of 64 bits. */
  #varint(value: number | bigint): this {
    let rest = BigInt.asUintN(64, BigInt(value));
    for (; rest >= 0x80n; rest >>= 7n) this.#bytes.push(Number(rest & 0x7fn) | 0x80);
    this.#bytes.push(Number(rest));
    return this;
  }
}
