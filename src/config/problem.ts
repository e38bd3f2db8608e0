import type { Tree } from './tree.ts';

/** One thing that is wrong, where it stands, and what was expected there. Never carries a value from `connections`. */
export interface ConfigProblem {
  /** The file, or the environment variable or command-line option that set the value. */
  readonly source: string;
  /** One-based; absent for variables and options. */
  readonly line?: number;
  readonly column?: number;
  /** `devices.psu-1.limits.set-voltage.volts.maximum`; empty for the file as a whole. */
  readonly path: string;
  readonly detail: string;
}

/** A problem before it is known where in the text its path stands. */
export interface Finding {
  readonly path: readonly string[];
  readonly detail: string;
  /** It is the key itself that is wrong, not its value. */
  readonly key?: true;
  /** Where in the value, a text, it is wrong: an index of its characters. */
  readonly offset?: number;
}

/** More than this is not read by anyone; the rest is counted. */
const maxShown = 100;

/** One problem a line, as compilers print them, and how many there are. */
export function formatProblems(problems: readonly ConfigProblem[]): string {
  const lines = problems.slice(0, maxShown).map(formatProblem);
  if (problems.length > maxShown) lines.push(`… and ${problems.length - maxShown} more`);
  return [...lines, problems.length === 1 ? '1 problem' : `${problems.length} problems`].join('\n');
}

function formatProblem({ source, line, column, path, detail }: ConfigProblem): string {
  const place = line === undefined ? source : `${source}:${line}:${column ?? 1}`;
  return path === '' ? `${place}: ${detail}` : `${place}: ${path}: ${detail}`;
}

/** Gives findings their places; values that were overridden name who set them. */
export function locate(
  findings: readonly Finding[],
  tree: Tree,
  source: string,
  origins: ReadonlyMap<string, string>,
): ConfigProblem[] {
  return findings.map((finding): ConfigProblem => {
    const { path, detail } = finding;
    const origin = origins.get(pointerOf(path));
    if (origin !== undefined) return { source: origin, path: pathText(path), detail };
    return { source, ...position(finding, tree), path: pathText(path), detail };
  });
}

/** As they stand in the text; what was set elsewhere comes first. */
export function inOrder(problems: readonly ConfigProblem[]): ConfigProblem[] {
  return problems.toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0));
}

/** A value's own place, a wrong key's, or, for what is missing, the key of what lacks it. */
function position({ path, key, offset }: Finding, tree: Tree): { line: number; column: number } {
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
