import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/** A file of the log: entries, a line each. */
export interface Segment {
  readonly number: number;
  readonly name: string;
  readonly path: string;
}

/** Segments of a directory, oldest first. */
export function listSegments(directory: string): Segment[] {
  return readdirSync(directory)
    .filter((name) => /^\d{8}\.jsonl$/.test(name))
    .map((name) => segmentOf(directory, Number.parseInt(name, 10)))
    .sort((a, b) => a.number - b.number);
}

export function segmentOf(directory: string, number: number): Segment {
  const name = `${String(number).padStart(8, '0')}.jsonl`;
  return { number, name, path: join(directory, name) };
}

/** Whole lines without their ends, and the bytes after the last of them. */
export function splitLines(bytes: Buffer): { readonly lines: Buffer[]; readonly rest: Buffer } {
  const lines: Buffer[] = [];
  let from = 0;
  for (let end = bytes.indexOf(10); end !== -1; end = bytes.indexOf(10, from)) {
    lines.push(bytes.subarray(from, end));
    from = end + 1;
  }
  return { lines, rest: bytes.subarray(from) };
}

/** The same lines, the last one first: whoever looks for the newest few splits no more. */
export function* linesBackward(bytes: Buffer): Generator<Buffer> {
  for (let end = bytes.lastIndexOf(10); end !== -1;) {
    const begin = end === 0 ? 0 : bytes.lastIndexOf(10, end - 1) + 1;
    yield bytes.subarray(begin, end);
    end = begin - 1;
  }
}
