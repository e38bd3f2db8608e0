/** A byte and its escape in a quoted text; every other one that is not printable ASCII is `\xNN`. */
const named: ReadonlyMap<number, string> = new Map([
  [0x09, '\\t'],
  [0x0a, '\\n'],
  [0x0d, '\\r'],
  [0x22, '\\"'],
  [0x5c, '\\\\'],
]);

const escapes: readonly string[] = Array.from({ length: 256 }, (_, byte) => {
  const isPrintable = byte >= 0x20 && byte < 0x7f;
  return named.get(byte) ?? (isPrintable ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, '0')}`);
});

const unreadable: readonly boolean[] = escapes.map((escape) => escape.startsWith('\\x'));

const bytesByEscape: ReadonlyMap<string, number> = new Map(Array.from(named, ([byte, escape]) => [escape, byte]));

/** Two digits each, with a space between. */
export function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
    .toString('hex')
    .replaceAll(/..(?!$)/g, '$& ');
}

/** A byte as it stands in a quoted text. */
export function escapeOf(byte: number): string {
  return escapes[byte] ?? '';
}

/** Bytes as they stand in quotes. */
export function escaped(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += escapes[byte];
  return text;
}

/** Whether it takes `\xNN` in a quoted text. */
export function isUnreadable(byte: number): boolean {
  return unreadable[byte] === true;
}

/** What an escape stands for; undefined for what is none. */
export function byteOf(escape: string): number | undefined {
  const [, digits] = /^\\x([0-9a-f]{2})$/i.exec(escape) ?? [];
  return digits === undefined ? bytesByEscape.get(escape) : Number.parseInt(digits, 16);
}
