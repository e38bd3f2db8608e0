import { readFileSync } from 'node:fs';
import { scan } from './scan.ts';
import { decodeHeader, headerBytes, listSegments } from './segment.ts';

/**
 * The facts as the newest segment has them, for whoever only looks: nothing is locked and nothing is changed. Whatever is
 * behind its last whole entry is left out. Throws a LogError if it cannot be read.
 */
export function readFacts(directory: string): ReadonlyMap<string, unknown> {
  const facts = new Map<string, unknown>();
  const newest = listSegments(directory).at(-1);
  if (newest === undefined) return facts;
  const bytes = readFileSync(newest.path);
  decodeHeader(bytes, newest.path);
  scan(bytes, headerBytes, ({ entry }) => {
    if (entry.kind === 'fact') facts.set(entry.key, entry.value);
  });
  return facts;
}
