import { BinaryReader } from '@bufbuild/protobuf/wire';

/** One value of a message in the protobuf encoding: bigint for a varint, bytes for all that has a length or a width. */
export type FieldValue = bigint | Uint8Array;

const varint = 0;
const wide64 = 1;
const delimited = 2;
const wide32 = 5;

/**
 * Calls `take` with each field of a message, as it comes. Throws for what is cut off, for groups, which proto2 deprecated
 * and Sparkplug never had, and for whatever `take` throws for. Nothing in it recurses.
 */
export function eachField(bytes: Uint8Array, take: (field: number, value: FieldValue) => void): void {
  const reader = new BinaryReader(bytes);
  while (reader.pos < reader.len) {
    const [field, wire] = reader.tag();
    switch (wire as number) {
      case varint:
        take(field, BigInt(reader.uint64()));
        break;
      case wide64:
        take(field, slice(reader, 8));
        break;
      case delimited:
        take(field, reader.bytes());
        break;
      case wide32:
        take(field, slice(reader, 4));
        break;
      default:
        throw new Error(`field ${field} has the wire type ${wire as number}`);
    }
  }
}

function slice(reader: BinaryReader, length: number): Uint8Array {
  const low = reader.fixed32();
  const bytes = new DataView(new ArrayBuffer(length));
  bytes.setUint32(0, low, true);
  if (length === 8) bytes.setUint32(4, reader.fixed32(), true);
  return new Uint8Array(bytes.buffer);
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
