import {
  type ASTNode,
  Environment,
  EvaluationError,
  ParseError,
  TypeError as CelTypeError,
} from '@marcbachmann/cel-js';
import { messageOf } from '../errors.ts';
import { nodesIn } from './node.ts';
import type { ExpressionProblem } from './problem.ts';

/** Bounds of one expression; together with the refusal of nested loops they bound what evaluating it can cost. */
const limits = { maxAstNodes: 500, maxDepth: 32, maxListElements: 100, maxMapEntries: 50, maxCallArguments: 4 };

/**
 * CEL as it is specified, but for one thing: numbers are those of JSON, and whole ones are nothing else. Devices tell
 * JSON numbers, and whoever writes `self.count == 3` or `self.volts + 1 < 30` must not have to write `3.0`. What remains
 * an integer, `size()` and `int()`, mixes with the others.
 */
export function createEnvironment(): Environment {
  const environment = new Environment({ limits, homogeneousAggregateLiterals: false })
    .registerOperator('double == int', equal)
    .registerOperator('double % double', (left: number, right: number) => left % right);
  for (const [left, right] of [
    ['double', 'int'],
    ['int', 'double'],
  ] as const) {
    for (const [operator, calculate] of Object.entries(arithmetic)) {
      const mixed = (a: number | bigint, b: number | bigint): number => calculate(Number(a), Number(b));
      environment.registerOperator(`${left} ${operator} ${right}`, mixed);
    }
  }
  return environment;
}

const arithmetic: Readonly<Record<string, (left: number, right: number) => number>> = {
  '+': (left, right) => left + right,
  '-': (left, right) => left - right,
  '*': (left, right) => left * right,
  '/': (left, right) => left / right,
  '%': (left, right) => left % right,
};

/** What is an integer here came from a double or counts something, so nothing is lost. */
function equal(left: number | bigint, right: number | bigint): boolean {
  return Number(left) === Number(right);
}

/** Makes a number of JSON of every whole literal, except where one picks an item of a list. */
export function widenLiterals(node: ASTNode, isIndex = false): void {
  if (node.op === 'value' && typeof node.args === 'bigint' && !isIndex) {
    // The type says that nodes do not change; this one has neither been checked nor evaluated yet.
    (node as { args: unknown }).args = Number(node.args);
  }
  for (const [place, child] of nodesIn(node.args).entries()) widenLiterals(child, node.op === '[]' && place === 1);
}

/** The library's error without its drawing of the expression. */
export function problemOf(error: unknown): ExpressionProblem {
  if (error instanceof ParseError || error instanceof CelTypeError || error instanceof EvaluationError) {
    return { detail: error.summary.slice(0, 300), offset: error.range?.start ?? 0 };
  }
  return { detail: messageOf(error), offset: 0 };
}
