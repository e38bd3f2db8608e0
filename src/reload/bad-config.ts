import type { ConfigProblem } from '../config/index.ts';
import { BellcrankError, type InputError } from '../errors.ts';

/** More than this is read by nobody; the rest is counted. */
const maxErrors = 100;

/** A file in which something is wrong: nothing has changed. */
export function badConfig(problems: readonly ConfigProblem[]): BellcrankError {
  const [first] = problems;
  const more = problems.length > 1 ? `, and ${problems.length - 1} more` : '';
  const what = first === undefined ? 'something is wrong in it' : `${placeOf(first)}: ${wordsOf(first)}${more}`;
  return new BellcrankError('invalid-request', `the configuration is not taken; nothing has changed: ${what}`, {
    errors: problems.slice(0, maxErrors).map(errorOf),
  });
}

function errorOf(problem: ConfigProblem): InputError {
  const { source, line, column, path, detail } = problem;
  const place = line === undefined ? { source } : { source, line, column: column ?? 1 };
  return { pointer: pointerOf(path), detail, ...place };
}

function placeOf({ source, line, column }: ConfigProblem): string {
  return line === undefined ? source : `${source}:${line}:${column ?? 1}`;
}

function wordsOf({ path, detail }: ConfigProblem): string {
  return path === '' ? detail : `${path}: ${detail}`;
}

/** From `devices.psu-1.deny[0]`, as problems are told, to a JSON pointer. */
function pointerOf(path: string): string {
  const keys = path.matchAll(/\[("(?:[^"\\]|\\.)*"|\d+)\]|([^.[\]]+)/g);
  return Array.from(keys, ([, inBrackets, plain]) => {
    const key = inBrackets === undefined ? (plain ?? '') : String(JSON.parse(inBrackets));
    return `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
  }).join('');
}
