import type { AlarmView } from '../../../client/index.ts';

const states = { active: 0, acknowledged: 1, cleared: 2 };
const severities = { critical: 0, warning: 1 };

/** What nobody has seen comes first, then what is critical, then what is new. */
export function byUrgency(a: AlarmView, b: AlarmView): number {
  return (
    states[a.state] - states[b.state] ||
    severities[a.severity] - severities[b.severity] ||
    Date.parse(b.raisedAt) - Date.parse(a.raisedAt)
  );
}

/** What an alarm says, with its limit: `5.2 V, above 5 V`. */
export function measured({ kind, value, limit, unit }: AlarmView): string {
  const withUnit = (number: unknown): string => (unit === null ? String(number) : `${String(number)} ${unit}`);
  const now = value === null || value === undefined ? 'no value' : withUnit(value);
  if (kind === 'stale' || limit === null) return kind === 'stale' ? `${now}, not heard of for too long` : now;
  const words = { high: 'above', low: 'below', deviation: 'off by more than' };
  return `${now}, ${words[kind]} ${withUnit(limit)}`;
}
