import type { Finding, Path } from '../definition/definition.ts';
import { warning } from '../definition/scope.ts';
import type { Subject } from './subject.ts';

/** What YAML makes of escapes in double quotes that templates have as well. */
const traps = new Map([
  ['\u00a0', '\\_'],
  ['\u0085', '\\N'],
  ['\u2028', '\\L'],
  ['\u2029', '\\P'],
]);

const trap = new RegExp(`[${[...traps.keys()].join('')}]`, 'u');

/** Keys whose texts are templates. */
const templates = ['send', 'expect', 'match', 'while', 'reply', 'prompt', 'outTerminator', 'inTerminator'];

/** Characters that hardly anybody means, and that YAML puts where `\_` stands in double quotes. */
export function yamlTraps({ raw }: Subject): Finding[] {
  return textsIn(raw, [], false).flatMap(({ path, text }) => {
    const offset = text.search(trap);
    if (offset < 0) return [];
    const code = text.charCodeAt(offset).toString(16).toUpperCase().padStart(4, '0');
    const escape = traps.get(text.charAt(offset));
    const detail = `holds U+${code}: in double quotes YAML takes ${escape} for that; use single quotes`;
    return [warning(path, detail, { offset })];
  });
}

function textsIn(value: unknown, path: Path, isTemplate: boolean): { path: Path; text: string }[] {
  if (typeof value === 'string') return isTemplate ? [{ path, text: value }] : [];
  if (Array.isArray(value)) return value.flatMap((item, index) => textsIn(item, [...path, index], isTemplate));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, member]) => textsIn(member, [...path, key], templates.includes(key)));
}
