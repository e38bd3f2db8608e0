import { crc32 } from 'node:zlib';

/**
 * A frame: 4 magic bytes, u32 length of the text in bytes, u32 CRC-32 of the length and the text, the text (UTF-8).
 * Numbers are little-endian. The bytes FF and FE stand in no UTF-8 text, so a text never looks like a frame's beginning.
 */
export const frameMagic = Buffer.from([0xff, 0x42, 0x43, 0xfe]);
export const frameHeadBytes = 12;
/** The longest text of a frame, in bytes. A length beyond it is damage, not a reason to allocate. */
export const maxTextBytes = 64 * 1024 * 1024;

const magicNumber = frameMagic.readUInt32LE();
const lengthAt = 4;
const crcAt = 8;

/** What stands at a place: a whole frame, the beginning of one that the bytes end in, or no frame at all. */
export type Frame =
  | { readonly kind: 'whole'; readonly text: string; readonly end: number }
  | { readonly kind: 'cut'; readonly end: number }
  | { readonly kind: 'none' };

/** Whether a text fits into a frame. */
export function fitsFrame(text: string): boolean {
  // A UTF-16 unit takes three bytes at most, so short texts need no counting.
  return text.length * 3 <= maxTextBytes || Buffer.byteLength(text) <= maxTextBytes;
}

/** Frames in a row, ready to be written in one go. */
export function encodeFrames(texts: readonly string[]): Buffer {
  let total = 0;
  for (const text of texts) total += frameHeadBytes + Buffer.byteLength(text);
  const bytes = Buffer.allocUnsafe(total);
  let at = 0;
  for (const text of texts) at = encodeFrame(bytes, at, text);
  return bytes;
}

function encodeFrame(bytes: Buffer, at: number, text: string): number {
  return sealFrame(bytes, at, bytes.write(text, at + frameHeadBytes));
}

/** Writes the head of a frame whose text stands where it belongs, and tells where it ends. */
export function sealFrame(bytes: Buffer, at: number, length: number): number {
  const textAt = at + frameHeadBytes;
  const end = textAt + length;
  bytes.writeUInt32LE(magicNumber, at);
  bytes.writeUInt32LE(length, at + lengthAt);
  bytes.writeUInt32LE(crc32(bytes.subarray(textAt, end), crcOfLength(length)), at + crcAt);
  return end;
}

/** Reads the frame that begins at `at`. For a `cut` one, `end` is where it would end (at least). */
export function decodeFrame(bytes: Buffer, at: number): Frame {
  const textAt = at + frameHeadBytes;
  if (textAt > bytes.length) return decodeHead(bytes.subarray(at), textAt);
  if (bytes.readUInt32LE(at) !== magicNumber) return { kind: 'none' };
  const length = bytes.readUInt32LE(at + lengthAt);
  if (length > maxTextBytes) return { kind: 'none' };
  const end = textAt + length;
  if (end > bytes.length) return { kind: 'cut', end };
  const crc = crc32(bytes.subarray(textAt, end), crcOfLength(length));
  if (crc !== bytes.readUInt32LE(at + crcAt)) return { kind: 'none' };
  return { kind: 'whole', text: bytes.toString('utf8', textAt, end), end };
}

/** What is shorter than a frame's head may be the beginning of one. */
function decodeHead(rest: Buffer, end: number): Frame {
  const isFrame = rest.subarray(0, 4).equals(frameMagic.subarray(0, rest.length));
  return isFrame ? { kind: 'cut', end } : { kind: 'none' };
}

/** Where the first whole frame at or after `from` begins; undefined if there is none. */
export function findFrame(bytes: Buffer, from: number): number | undefined {
  for (let at = bytes.indexOf(frameMagic, from); at !== -1; at = bytes.indexOf(frameMagic, at + 1)) {
    if (decodeFrame(bytes, at).kind === 'whole') return at;
  }
  return undefined;
}

/** CRC-32 of a length as four bytes: what the checksum of a frame begins with. */
function crcOfLength(length: number): number {
  let crc = ~length;
  for (let bit = 0; bit < 32; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  return ~crc >>> 0;
}
