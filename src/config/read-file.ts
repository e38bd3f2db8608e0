import { createReadStream } from 'node:fs';

/** Of a configuration: ten thousand devices, each with options of its own, are one to three megabytes. */
export const maxFileBytes = 4 * 1024 * 1024;

/** Reads at most `maxBytes`; rejects when there is more. */
export type ReadFile = (path: string, maxBytes: number, signal?: AbortSignal) => Promise<Uint8Array>;

/** A message that holds nothing of the content. */
export class TooLarge extends Error {
  constructor(maxBytes: number) {
    super(`is larger than ${maxBytes} bytes`);
  }
}

/** Bounded whatever the path leads to, a device or an endless pipe included. */
export const readFile: ReadFile = async (path, maxBytes, signal) => {
  const chunks: Buffer[] = [];
  // `end` is inclusive: one byte more than allowed tells that there is more.
  for await (const chunk of createReadStream(path, { end: maxBytes, ...(signal === undefined ? {} : { signal }) })) {
    chunks.push(chunk as Buffer); // a stream without an encoding yields Buffers
  }
  const bytes = Buffer.concat(chunks);
  if (bytes.length > maxBytes) throw new TooLarge(maxBytes);
  return bytes;
};

/** Why a file could not be read, in words for its reader. */
export function readFailure(error: unknown): string {
  if (error instanceof TooLarge) return error.message;
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT') return 'does not exist';
  if (code === 'EACCES') return 'may not be read by this user';
  if (code === 'EISDIR') return 'is a folder';
  return `cannot be read (${typeof code === 'string' ? code : 'unknown error'})`;
}

/** Strict UTF-8; a byte-order mark is dropped. Undefined if the bytes are something else. */
export function utf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
