import { printable } from '../errors.ts';
import { type Finding, pathText, pointerOf } from '../yaml/place.ts';
import type { Position } from '../yaml/tree.ts';

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
  return printable(path === '' ? `${place}: ${detail}` : `${place}: ${path}: ${detail}`);
}

/** Gives findings their places in the text; values that were overridden name who set them. */
export function locate(
  findings: readonly Finding[],
  places: readonly Position[],
  source: string,
  origins: ReadonlyMap<string, string>,
): ConfigProblem[] {
  return findings.map(({ path, detail }, nth): ConfigProblem => {
    const origin = origins.get(pointerOf(path));
    if (origin !== undefined) return { source: origin, path: pathText(path), detail };
    return { source, ...places[nth], path: pathText(path), detail };
  });
}

/** As they stand in the text; what was set elsewhere comes first. */
export function inOrder(problems: readonly ConfigProblem[]): ConfigProblem[] {
  return problems.toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0));
}
