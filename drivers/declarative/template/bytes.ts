/** Each character is one byte (latin1). Undefined: a character has no byte. */
export function toBytes(text: string): Uint8Array | undefined {
  const bytes = Buffer.from(text, 'latin1');
  return bytes.toString('latin1') === text ? bytes : undefined;
}

/** The bytes as characters, one each. */
export function toText(bytes: Uint8Array, from = 0, end = bytes.length): string {
  return view(bytes).toString('latin1', from, Math.max(from, end));
}

/** Where `wanted` stands at or after `from`; -1: nowhere. */
export function indexOf(bytes: Uint8Array, wanted: Uint8Array, from: number): number {
  return view(bytes).indexOf(wanted, from);
}

export function startsWithAt(bytes: Uint8Array, wanted: Uint8Array, at: number): boolean {
  return at + wanted.length <= bytes.length && wanted.every((byte, index) => bytes[at + index] === byte);
}

export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && startsWithAt(a, b, 0);
}

/** Space, tab, line feed, vertical tab, form feed, carriage return. */
export function isWhiteSpace(byte: number | undefined): boolean {
  return byte === 0x20 || (byte !== undefined && byte >= 0x09 && byte <= 0x0d);
}

function view(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
