import type { Environment, ParseResult } from '@marcbachmann/cel-js';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { moduleBeside } from '../own-files.ts';
import type * as Environments from './environment.ts';
import { type Kind, kindOf } from './kind.ts';
import { type ExpressionProblem, Refused } from './problem.ts';
import { type Occurrence, type Read, readsIn } from './reads.ts';

/** Longest expression, in characters, and most properties that one reads. */
export const maxLength = 1000;
const maxReads = 20;

/** Compilations kept, one for each combination of kinds that the values had; devices rarely change theirs. */
const maxCompiled = 16;

type Compiled = ParseResult | ExpressionProblem;

let read: typeof Environments | undefined;

/** Read with the first expression, since most services have none; at once, since expressions are read where nobody can wait. */
function cel(): typeof Environments {
  return (read ??= readCel());
}

function readCel(): typeof Environments {
  const path = fileURLToPath(moduleBeside(import.meta.url, './environment'));
  return createRequire(import.meta.url)(path) as typeof Environments; // what it exports
}

/** Reads an expression, or says what is wrong with it whatever the properties that it reads may be. */
export function parseExpression(source: string): Expression | ExpressionProblem {
  if (source.length > maxLength) return { detail: `is longer than ${maxLength} characters`, offset: maxLength };
  try {
    const environment = cel().createEnvironment();
    const occurrences = readsIn(environment.parse(source).ast);
    const expression = new Expression(source, occurrences, environment);
    if (occurrences.length > 0) return expression;
    // A name that is not known says more than that nothing is read.
    return expression.check([]) ?? { detail: 'reads no property, so it can never change', offset: 0 };
  } catch (error) {
    return error instanceof Refused ? { detail: error.message, offset: error.offset } : cel().problemOf(error);
  }
}

/**
 * A condition over properties of devices, in CEL: `self.temperature < 80 && device["door-1"].closed`. It is compiled
 * with the kinds of the values it is given, so that comparing a text with a number is an error and not `false`.
 */
export class Expression {
  readonly source: string;
  /** Each property once, in the order in which `evaluate` takes their values. */
  readonly reads: readonly Read[];
  readonly #environment: Environment;
  /** The source, its reads replaced by variables; everything else stands where it stood. */
  readonly #text: string;
  readonly #compiled = new Map<string, Compiled>();

  constructor(source: string, occurrences: readonly Occurrence[], environment: Environment) {
    const reads: Read[] = [];
    let text = source;
    for (const { device, property, offset, end } of occurrences) {
      let index = reads.findIndex((read) => read.device === device && read.property === property);
      if (index < 0) index = reads.push({ device, property, offset }) - 1;
      if (index >= maxReads) throw new Refused(`reads more than ${maxReads} properties`, offset);
      text = text.slice(0, offset) + variable(index).padEnd(end - offset) + text.slice(end);
    }
    this.source = source;
    this.reads = reads;
    this.#text = text;
    this.#environment = environment;
  }

  /** What is wrong with it for values of these kinds. */
  check(kinds: readonly Kind[]): ExpressionProblem | undefined {
    const compiled = this.#compile(kinds);
    return typeof compiled === 'function' ? undefined : compiled;
  }

  /** Whether it holds; a problem if these values cannot say. Synchronous, bounded, and without side effects. */
  evaluate(values: readonly unknown[]): boolean | ExpressionProblem {
    const kinds: Kind[] = [];
    for (const value of values) {
      const kind = kindOf(value);
      if (kind === undefined) return { detail: 'a value is missing', offset: 0 };
      kinds.push(kind);
    }
    const compiled = this.#cached(kinds);
    if (typeof compiled !== 'function') return compiled;
    try {
      return compiled(Object.fromEntries(values.map((value, index) => [variable(index), value]))) === true;
    } catch (error) {
      return cel().problemOf(error);
    }
  }

  #cached(kinds: readonly Kind[]): Compiled {
    const key = kinds.join();
    let compiled = this.#compiled.get(key);
    if (compiled === undefined) {
      if (this.#compiled.size >= maxCompiled) this.#compiled.clear();
      compiled = this.#compile(kinds);
      this.#compiled.set(key, compiled);
    }
    return compiled;
  }

  #compile(kinds: readonly Kind[]): Compiled {
    try {
      const environment = this.#environment.clone();
      for (const [index, kind] of kinds.entries()) environment.registerVariable(variable(index), kind);
      const parsed = environment.parse(this.#text);
      cel().widenLiterals(parsed.ast);
      const { valid, type, error } = parsed.check();
      if (!valid) return cel().problemOf(error);
      if (type === 'bool' || type === 'dyn') return parsed;
      return { detail: `must come out as true or false, and this is a ${type ?? 'value'}`, offset: 0 };
    } catch (error) {
      return cel().problemOf(error);
    }
  }
}

/** Never longer than what it replaces, of which `self.x` is the shortest. */
function variable(index: number): string {
  return `_${index}`;
}
