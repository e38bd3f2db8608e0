import { safe } from '../remote/output/text.ts';
import { type Finding, statuses } from './finding.ts';

const width = Math.max(...statuses.map(({ length }) => length)) + 2;

/** For people: a line each, what to do below it, and a count. What the system says steers no terminal. */
export function textOf(findings: readonly Finding[]): string {
  const lines = findings.flatMap(({ check, of, status, simulated, detail, advice }) => [
    `${status.padEnd(width)}${check}${of === undefined ? '' : ` ${of}`}${simulated ? ' (simulated)' : ''}: ${detail}`,
    ...(advice === undefined ? [] : [`${' '.repeat(width)}→ ${advice}`]),
  ]);
  const counts = statuses.map((status) => `${findings.filter((each) => each.status === status).length} ${status}`);
  return `${[...lines, counts.join(', ')].map(safe).join('\n')}\n`;
}
