import type { Surroundings } from '../../context.ts';
import { type Paint, paintOn } from './paint.ts';
import { type Cell, type Column, table } from './table.ts';
import { harmless, jsonText, safe } from './text.ts';

/** What a sub-command says: for people, or as JSON for programs. */
export class Printer {
  /** Whether it is for programs. */
  readonly json: boolean;
  readonly paint: Paint;
  readonly #context: Surroundings;

  constructor(context: Surroundings, json: boolean) {
    this.#context = context;
    this.json = json;
    this.paint = paintOn(context.terminal?.out === true, context.env);
  }

  /** Ms since 1970. */
  get now(): number {
    return this.#context.clock.now();
  }

  table(columns: readonly Column[], rows: readonly (readonly Cell[])[]): void {
    const { terminal } = this.#context;
    const columnsOfTerminal = terminal?.out === true ? terminal.columns() : undefined;
    this.#context.out(table(columns, rows, { columns: columnsOfTerminal, paint: this.paint }));
  }

  /** A line, or several; what devices and people wrote in it has been made safe, and what was forgotten is caught here. */
  line(text = ''): void {
    this.#context.out(`${harmless(text)}\n`);
  }

  /** `name: value` a line, their values in a column; what there is none of is left out. */
  pairs(pairs: readonly (readonly [name: string, value: string | undefined])[]): void {
    const given = pairs.flatMap(([name, value]) =>
      value === undefined || value === '' ? [] : [[safe(name), value] as const],
    );
    const width = Math.max(0, ...given.map(([name]) => name.length)) + 2;
    for (const [name, value] of given) this.line(`${`${name}:`.padEnd(width)}${safe(value)}`);
  }

  document(value: unknown): void {
    this.#context.out(`${jsonText(value)}\n`);
  }

  /** One of a stream: a document a line. */
  jsonLine(value: unknown): void {
    this.#context.out(`${jsonText(value, 0)}\n`);
  }

  /** For who is there, beside the output: a line each. */
  note(...lines: readonly string[]): void {
    for (const line of lines) this.#context.err(`${safe(line)}\n`);
  }
}
