import { type Lookup, renderStatements } from './evaluate.ts';
import { NotDefined, TemplateProblem } from './limits.ts';
import type { Statement } from './nodes.ts';
import { parseTemplate } from './parser.ts';

export type { Lookup } from './evaluate.ts';
export { TemplateProblem } from './limits.ts';
export { Float, jsonValue, type Value } from './values.ts';

/** What a template makes of its values; or why it makes nothing, which with `is_defined` is as it should be. */
export type Rendered = { readonly text: string } | { readonly problem: string; readonly expected: boolean };

/** A template of the subset, read once. Home Assistant drops white space around what comes out. */
export class Template {
  readonly #statements: readonly Statement[];

  constructor(source: string) {
    this.#statements = parseTemplate(source);
  }

  /** Never throws, and never takes long: see `limits.ts`. */
  render(lookup: Lookup): Rendered {
    try {
      return { text: renderStatements(this.#statements, lookup).trim() };
    } catch (error) {
      // A RangeError is a stack that the bounds of depth did not keep short enough.
      const problem = error instanceof Error ? error.message : String(error);
      return { problem, expected: error instanceof NotDefined };
    }
  }
}

const maxTemplates = 5000;

/** Templates by their source: thousands of devices of one make have the same ones. */
export class Templates {
  readonly #known = new Map<string, Template | TemplateProblem>();

  /** Throws `TemplateProblem` for what is outside the subset. */
  get(source: string): Template {
    const known = this.#known.get(source) ?? this.#read(source);
    if (known instanceof TemplateProblem) throw known;
    return known;
  }

  #read(source: string): Template | TemplateProblem {
    if (this.#known.size >= maxTemplates) this.#known.clear();
    const template = readTemplate(source);
    this.#known.set(source, template);
    return template;
  }
}

function readTemplate(source: string): Template | TemplateProblem {
  try {
    return new Template(source);
  } catch (error) {
    if (error instanceof TemplateProblem) return error;
    throw error;
  }
}
