import { Type } from '@sinclair/typebox';
import type { Finding } from '../yaml/place.ts';
import { isRecord } from '../yaml/schema-walk.ts';

/** Of the file's language; it grows when what a file means changes so that an older one would be misunderstood. */
export const configVersion = 1;

export const versionSchema = Type.Integer({
  default: configVersion,
  minimum: 1,
  description: 'Version of the language that this file is written in; 1 if absent. A newer one is refused.',
});

/** A key that has another name, or another place, in a later version. */
export interface Rename {
  /** Keys from the top; `*` is any name, as that of a device. */
  readonly from: readonly string[];
  /** What to do, for the person who wrote it: `is called … now; rename it`. */
  readonly now: string;
}

/** None has been renamed since version 1. Who renames one adds it here, so that its users are told and not left to guess. */
export const renames: readonly Rename[] = [];

/** Of a newer file nothing else is said: what it means is not known here. */
export function checkVersion(root: unknown): Finding[] {
  const version = isRecord(root) ? root['version'] : undefined;
  if (typeof version !== 'number' || !Number.isInteger(version) || version <= configVersion) return [];
  const detail =
    `is ${version}, and this Bellcrank reads version ${configVersion} and older; ` +
    'install a newer Bellcrank (npm install bellcrank@latest), or use the file that was written for this one';
  return [{ path: ['version'], detail }];
}

/** Unknown keys that were known once are told with what became of them. */
export function withRenames(findings: readonly Finding[], table: readonly Rename[] = renames): Finding[] {
  return findings.map((finding) => {
    if (finding.key !== true) return finding;
    const rename = table.find(({ from }) => matches(from, finding.path));
    return rename === undefined ? finding : { ...finding, detail: rename.now };
  });
}

function matches(pattern: readonly string[], path: readonly string[]): boolean {
  return pattern.length === path.length && pattern.every((key, index) => key === '*' || key === path[index]);
}
