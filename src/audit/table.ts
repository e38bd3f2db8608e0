import type { Link } from './line.ts';

const columns = [
  'seq',
  'at',
  'what',
  'by',
  'from',
  'device',
  'simulated',
  'command',
  'id',
  'outcome',
  'code',
  'detail',
  'params',
] as const;

/** The first line of a table (RFC 4180). */
export const csvHead = `${[...columns, 'hash'].join(',')}\r\n`;

/** An entry as a line of a table. No cell begins with what a spreadsheet takes for a formula. */
export function csvLine({ content, hash }: Link): string {
  const cells = [...columns.map((column) => content[column]), hash];
  return `${cells.map(cell).join(',')}\r\n`;
}

function cell(value: unknown): string {
  if (value === undefined) return '';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  if (typeof value === 'number') return text;
  const harmless = /^[\s]*[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return `"${harmless.replaceAll('"', '""')}"`;
}
