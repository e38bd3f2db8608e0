import { safe } from './text.ts';
import type { Paint, Style } from './paint.ts';
import { fitted, widthOf } from './width.ts';

export interface Column {
  readonly title: string;
  readonly right?: true;
  /** May be cut where the terminal is too narrow for all. */
  readonly flexible?: true;
}

export type Cell = string | { readonly text: string; readonly style: Style };

export interface TableStyle {
  /** Cells of the terminal; undefined: nobody reads it on one, and nothing is cut. */
  readonly columns: number | undefined;
  readonly paint: Paint;
}

/** Narrowest that columns are made, in turn, until all fit: those that may be cut, those once more, all. */
const stages = [
  { least: 8, all: false },
  { least: 3, all: false },
  { least: 3, all: true },
] as const;
const gap = 2;

/** A table for people: aligned, a row a line, no wider than the terminal. Cells are made safe for it. */
export function table(columns: readonly Column[], rows: readonly (readonly Cell[])[], style: TableStyle): string {
  const texts = rows.map((row) => row.map((cell) => safe(typeof cell === 'string' ? cell : cell.text)));
  const shown = columns.map((_, index) => index).filter((index) => texts.some((row) => (row[index] ?? '') !== ''));
  const natural = shown.map((index) =>
    Math.max(widthOf(columns[index]?.title ?? ''), ...texts.map((row) => widthOf(row[index] ?? ''))),
  );
  const widths =
    style.columns === undefined
      ? natural
      : narrowed(
          natural,
          shown.map((index) => columns[index]),
          style.columns,
        );
  const line = (cells: readonly string[], styles: readonly (Style | undefined)[]): string =>
    shown
      .map((index, at) => padded(cells[index] ?? '', widths[at] ?? 0, columns[index], styles[index], style.paint))
      .join(' '.repeat(gap))
      .trimEnd();
  const head = line(
    columns.map(({ title }) => title),
    columns.map(() => 'dim' as const),
  );
  const body = texts.map((cells, row) =>
    line(
      cells,
      (rows[row] ?? []).map((cell) => (typeof cell === 'string' ? undefined : cell.style)),
    ),
  );
  return [head, ...body, ''].join('\n');
}

/** Takes what is too much from the widest of the columns that may be cut. */
function narrowed(natural: readonly number[], columns: readonly (Column | undefined)[], total: number): number[] {
  const widths = [...natural];
  const room = total - gap * (widths.length - 1);
  for (const { least, all } of stages) {
    while (sum(widths) > room) {
      const widest = widestOf(widths, (at) => (all || columns[at]?.flexible === true) && (widths[at] ?? 0) > least);
      if (widest === undefined) break;
      widths[widest] = (widths[widest] ?? 0) - 1;
    }
  }
  return widths;
}

function widestOf(widths: readonly number[], mayBeCut: (at: number) => boolean): number | undefined {
  const candidates = widths.map((_, at) => at).filter(mayBeCut);
  return candidates.toSorted((a, b) => (widths[b] ?? 0) - (widths[a] ?? 0))[0];
}

function padded(
  text: string,
  width: number,
  column: Column | undefined,
  style: Style | undefined,
  paint: Paint,
): string {
  const cut = fitted(text, width);
  const space = ' '.repeat(Math.max(0, width - widthOf(cut)));
  const painted = style === undefined ? cut : paint(style, cut);
  return column?.right === true ? space + painted : painted + space;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
