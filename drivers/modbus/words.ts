/** Registers and bytes (§4.2: the most significant byte of a register comes first). */
export interface Orders {
  readonly wordOrder: 'big' | 'little';
  readonly byteOrder: 'big' | 'little';
}

/** The bytes of a value, most significant first, whatever order the device keeps them in. */
export function bytesOf(words: readonly number[], { wordOrder, byteOrder }: Orders): Buffer {
  const bytes = Buffer.alloc(words.length * 2);
  const ordered = wordOrder === 'big' ? words : words.toReversed();
  for (const [index, word] of ordered.entries()) bytes.writeUInt16BE(word, index * 2);
  return byteOrder === 'big' ? bytes : bytes.swap16();
}

/** The inverse of `bytesOf`. */
export function wordsOf(bytes: Uint8Array, { wordOrder, byteOrder }: Orders): number[] {
  const ordered = Buffer.from(bytes);
  if (byteOrder === 'little') ordered.swap16();
  const words = Array.from({ length: ordered.length / 2 }, (_, index) => ordered.readUInt16BE(index * 2));
  return wordOrder === 'big' ? words : words.toReversed();
}
