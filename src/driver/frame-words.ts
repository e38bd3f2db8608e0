import { quoted } from './line-text.ts';

interface FrameWords {
  readonly noun: string;
  /** The frame for a message: escaped, and cut. */
  readonly show: (frame: Uint8Array) => string;
  /** What is there of an unfinished one that has come to `length` bytes, of which these are the last. */
  readonly part: (bytes: Uint8Array, length: number) => string;
}

const longest = 40;

const lines = wordsOf('line', (frame) => quoted(latin1(frame)));
const frames = wordsOf('frame', (frame) => (isPrintable(frame) ? quoted(latin1(frame)) : hex(frame)));

function wordsOf(noun: string, show: FrameWords['show']): FrameWords {
  const part = (bytes: Uint8Array, length: number): string =>
    length > bytes.length ? `${length} bytes that end with ${show(bytes.subarray(-longest))}` : show(bytes);
  return { noun, show, part };
}

/** How messages speak of what is exchanged. */
export function words(isText: boolean): FrameWords {
  return isText ? lines : frames;
}

/** One character per byte. */
export function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
}

/** `01 03 02 …`, cut. */
export function hex(bytes: Uint8Array): string {
  const shown = Array.from(bytes.subarray(0, longest), (byte) => byte.toString(16).padStart(2, '0')).join(' ');
  return bytes.length > longest ? `${shown} …` : shown;
}

function isPrintable(bytes: Uint8Array): boolean {
  return bytes.length > 0 && bytes.every((byte) => (byte >= 0x20 && byte < 0x7f) || byte === 0x0d || byte === 0x0a);
}
