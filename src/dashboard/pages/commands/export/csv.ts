import type { CommandView } from '../../../../client/index.ts';

type Cell = string | number | boolean | null | undefined;
type Column = readonly [name: string, of: (command: CommandView) => Cell];

/** One column for each thing that is asked for often; params, result and evidence are JSON. */
const columns: readonly Column[] = [
  ['id', ({ id }) => id],
  ['device', ({ device }) => device],
  ['command', ({ command }) => command],
  ['params', ({ params }) => json(params)],
  ['state', ({ state }) => state],
  ['outcome', ({ outcome }) => outcome],
  ['reason', ({ reason }) => reason],
  ['confirmation', ({ confirmation }) => confirmation],
  ['result', ({ result }) => json(result)],
  ['errorCode', ({ error }) => error?.code],
  ['errorDetail', ({ error }) => error?.detail],
  ['evidence', ({ evidence }) => json(evidence)],
  ['resolvedLate', ({ resolvedLate }) => resolvedLate],
  ['attempts', ({ attempts }) => attempts],
  ['by', ({ by }) => by],
  ['simulated', ({ simulated }) => simulated],
  ['submittedAt', ({ submittedAt }) => submittedAt],
  ['sentAt', ({ sentAt }) => sentAt],
  ['endedAt', ({ endedAt }) => endedAt],
];

/** RFC 4180: a header, CRLF after each record, quotes around what needs them. */
export function csvOf(commands: readonly CommandView[]): string {
  const records = [columns.map(([name]) => name), ...commands.map((command) => columns.map(([, of]) => of(command)))];
  return records.map((record) => `${record.map(cell).join(',')}\r\n`).join('');
}

function json(value: unknown): string | undefined {
  return value === undefined ? undefined : JSON.stringify(value);
}

function cell(value: Cell): string {
  const text = harmless(value === undefined || value === null ? '' : String(value));
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/**
 * What spreadsheets would take for a formula is text to them with an apostrophe before it (OWASP, “CSV injection”). What
 * devices and callers say stands in these cells. A plain number is none.
 */
function harmless(text: string): string {
  const isNumber = /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(text);
  return !isNumber && /^\s*[=+\-@\t\r|]/.test(text) ? `'${text}` : text;
}
