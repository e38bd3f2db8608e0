import type { Position, Tree } from './tree.ts';

/** A problem before it is known where in the text its path stands. */
export interface Finding {
  readonly path: readonly string[];
  readonly detail: string;
  /** It is the key itself that is wrong, not its value. */
  readonly key?: true;
  /** Where in the value, a text, it is wrong: an index of its characters. */
  readonly offset?: number;
}

/** Of each of them. */
export function placesIn(tree: Tree, findings: readonly Finding[]): Position[] {
  return findings.map((finding) => placeOf(finding, tree));
}

/** A value's own place, a wrong key's, or, for what is missing, the key of what lacks it. */
export function placeOf({ path, key, offset }: Omit<Finding, 'detail'>, tree: Tree): Position {
  const pointer = pointerOf(path);
  const within = offset === undefined ? undefined : tree.withinAt(pointer, offset);
  if (within !== undefined) return within;
  const own = key === true ? tree.keyAt(pointer) : tree.valueAt(pointer);
  if (own !== undefined) return own;
  for (let length = path.length - 1; length > 0; length--) {
    const parent = pointerOf(path.slice(0, length));
    const place = tree.keyAt(parent) ?? tree.valueAt(parent);
    if (place !== undefined) return place;
  }
  return { line: 1, column: 1 };
}

/** RFC 6901 §3, with keys cut as `pointerTo` cuts them. */
export function pointerOf(path: readonly string[]): string {
  return path.map((key) => `/${key.slice(0, 100).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

/** RFC 6901 §4: `~1` before `~0`. */
export function pathOf(pointer: string): string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** Dots between plain keys, brackets around indexes and around whatever a dot would garble. */
export function pathText(path: readonly string[]): string {
  const parts = path.map((key) => {
    if (/^\d+$/.test(key)) return `[${key}]`;
    return /^[\w:-]+$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
  });
  return parts.join('').replace(/^\./, '');
}
