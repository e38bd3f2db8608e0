/** One line of a result. */
export type Line = Readonly<Record<string, string | number>>;

/** What one benchmark found: a table for people, and every round for machines. */
export interface Result {
  readonly name: string;
  readonly what: string;
  readonly table: readonly Line[];
  readonly rounds: readonly object[];
}

/** A Markdown table. */
export function tableOf(lines: readonly Line[]): string {
  const names = Object.keys(lines[0] ?? {});
  const rows = [names, ...lines.map((line) => names.map((name) => textOf(line[name] ?? '')))];
  const widths = names.map((_, column) => Math.max(3, ...rows.map((row) => row[column]?.length ?? 0)));
  const drawn = rows.map((row) => `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`);
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`;
  return [drawn[0], rule, ...drawn.slice(1)].join('\n');
}

function textOf(value: string | number): string {
  if (typeof value === 'string') return value;
  return Math.abs(value) >= 100 ? value.toFixed(0) : value.toPrecision(3);
}
