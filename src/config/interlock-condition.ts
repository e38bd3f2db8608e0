import type { PropertySpec } from '../driver/spec.ts';
import { Expression, parseExpression } from '../expression/expression.ts';
import { kindOfSchema } from '../expression/kind.ts';
import type { ExpressionProblem } from '../expression/problem.ts';
import type { Read } from '../expression/reads.ts';
import { deviceHint, hyphenHint } from './condition-hint.ts';
import { defaultMaxAgeMs } from './interlock-schema.ts';
import type { Guarded } from './scope.ts';
import type { Finding } from '../yaml/place.ts';
import { suggestion } from '../yaml/suggest.ts';

interface Surroundings {
  /** The devices that `self` stands for, one after the other. */
  readonly guarded: readonly Guarded[];
  readonly find: (id: string) => Guarded | undefined;
  readonly ids: readonly string[];
}

/** What an expression reads, as far as the configuration knows it. */
interface Look {
  readonly name: string;
  readonly spec?: PropertySpec;
  readonly problem?: ExpressionProblem;
}

/** Whether the condition can be understood, reads what there is, and may rely on it long enough. */
export function checkCondition(
  path: readonly string[],
  { unless, maxAgeMs = defaultMaxAgeMs }: Readonly<Record<string, unknown>>,
  around: Surroundings,
): Finding[] {
  if (typeof unless !== 'string' || unless === '') return [];
  const at = [...path, 'unless'];
  const expression = parseExpression(unless);
  if (!(expression instanceof Expression)) return [finding(at, explained(expression, unless, around))];
  for (const own of around.guarded) {
    const looks = expression.reads.map((read) => lookUp(read, own, around, unless));
    const problems = looks.flatMap(({ problem }) => problem ?? []);
    const kinds = looks.map(({ spec }) => (spec === undefined ? 'dyn' : kindOfSchema(spec.schema)));
    const mismatch = problems.length > 0 ? undefined : expression.check(kinds);
    if (mismatch !== undefined) problems.push(explained(mismatch, unless, around));
    if (problems.length > 0) return problems.map((problem) => finding(at, problem));
    const slow = typeof maxAgeMs === 'number' ? looks.flatMap((look) => slowSource(look, maxAgeMs)) : [];
    if (slow.length > 0) return slow.map((detail) => ({ path: [...path, 'maxAgeMs'], detail }));
  }
  return [];
}

/** The place in the expression is said as well: in a text that spans lines the line and column may be a guess. */
function finding(path: readonly string[], { detail, offset }: ExpressionProblem): Finding {
  return { path, detail: `${detail} (at character ${offset + 1} of the expression)`, offset };
}

/** Who reads a device as if it were a variable is told how to. */
function explained(problem: ExpressionProblem, source: string, { find, ids }: Surroundings): ExpressionProblem {
  if (!problem.detail.startsWith('Unknown variable: ')) return problem;
  const hint = deviceHint(source, problem.offset, ids, (id) => find(id)?.model);
  return hint === undefined ? problem : { ...problem, detail: hint };
}

function lookUp({ device, property, offset }: Read, own: Guarded, { find, ids }: Surroundings, source: string): Look {
  const id = device ?? own.id;
  const name = `${id}.${property}`;
  const found = device === undefined ? own : find(id);
  if (found === undefined) {
    return { name, problem: { detail: `there is no device ${JSON.stringify(id)}${suggestion(id, ids)}`, offset } };
  }
  // A device that is disabled itself takes no commands, so its own interlocks may wait with it.
  if (own.enabled && !found.enabled) {
    return { name, problem: { detail: `${id} is disabled, so the condition can never hold`, offset } };
  }
  if (found.model === undefined) return { name };
  const { properties } = found.model;
  const spec = Object.hasOwn(properties, property) ? properties[property] : undefined;
  if (spec !== undefined && spec.access !== 'write') return { name, spec };
  const detail = spec === undefined ? `${id} has no property ${JSON.stringify(property)}` : `${name} cannot be read`;
  const readable = Object.keys(properties).filter((key) => properties[key]?.access !== 'write');
  const hint = hyphenHint(source, offset, readable) ?? suggestion(property, readable);
  return { name, problem: { detail: `${detail}${hint}`, offset } };
}

/** A value that is asked for less often than it may be old would be too old most of the time. */
function slowSource({ name, spec }: Look, maxAgeMs: number): string[] {
  if (spec === undefined || spec.access === 'write' || spec.source === 'pushed') return [];
  const { pollMs } = spec.source;
  if (pollMs < maxAgeMs) return [];
  return [`must be more than ${pollMs}, because ${name} is asked for every ${pollMs} ms; ${2 * pollMs} is sensible`];
}
