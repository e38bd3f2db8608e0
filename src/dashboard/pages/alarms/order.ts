import type { AlarmView } from '../../../client/index.ts';

const severities = { critical: 0, warning: 1 };

/** Whether somebody still has to say that it was seen. */
export function isUnseen({ open, acknowledgedAt }: AlarmView): boolean {
  return open && acknowledgedAt === null;
}

/** What nobody has seen comes first and of that what still holds, then what is critical, then what is new. */
export function byUrgency(a: AlarmView, b: AlarmView): number {
  return (
    rankOf(a) - rankOf(b) ||
    severities[a.severity] - severities[b.severity] ||
    Date.parse(b.raisedAt) - Date.parse(a.raisedAt)
  );
}

function rankOf(alarm: AlarmView): number {
  if (!isUnseen(alarm)) return 2;
  return alarm.state === 'cleared' ? 1 : 0;
}

/** How it stands, in a few words. */
export function standing(alarm: AlarmView): string {
  if (isUnseen(alarm)) return alarm.state === 'cleared' ? 'over, and nobody has seen it' : 'nobody has seen it';
  return alarm.state === 'cleared' ? 'over' : 'seen';
}
