import { closeSync, constants, fstatSync, openSync, readdirSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { readFailure, TooLarge, utf8 } from '../config/index.ts';

/** Longest definition; more is refused before it is read. */
const maxBytes = 1024 * 1024;

/** More definitions in one folder are a mistake. */
const maxFiles = 500;

/** A text, or why there is none, in words for its reader. */
export type FileText = { readonly text: string } | { readonly failure: string };

export function readDefinitionFile(path: string): FileText {
  return readTextFile(path, maxBytes);
}

/** Reads a regular file of so many bytes at most, and nothing else: a pipe would never end. */
export function readTextFile(path: string, longest: number): FileText {
  try {
    const text = utf8(bytesOf(path, longest));
    return text === undefined ? { failure: 'is not text in UTF-8' } : { text };
  } catch (error) {
    return { failure: readFailure(error) };
  }
}

function bytesOf(path: string, longest: number): Uint8Array {
  const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const stat = fstatSync(file);
    if (!stat.isFile()) throw Object.assign(new Error('no file'), { code: stat.isDirectory() ? 'EISDIR' : 'no file' });
    // One byte more than allowed tells that there is more.
    const bytes = Buffer.alloc(Math.min(stat.size, longest) + 1);
    const length = readSync(file, bytes);
    if (length > longest) throw new TooLarge(longest);
    return bytes.subarray(0, length);
  } finally {
    closeSync(file);
  }
}

/** The definitions in a folder, in the order of their names; folders in it are not searched. */
export function definitionsIn(folder: string): { readonly paths: readonly string[] } | { readonly failure: string } {
  try {
    const names = readdirSync(folder).filter((name) => /\.ya?ml$/i.test(name) && !name.startsWith('.'));
    if (names.length > maxFiles) return { failure: `holds more than ${maxFiles} definitions` };
    return { paths: names.toSorted().map((name) => join(folder, name)) };
  } catch (error) {
    return { failure: readFailure(error) };
  }
}
