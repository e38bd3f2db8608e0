import type { Log } from '../driver/contract.ts';
import type { AlarmChange } from './alarm.ts';

/** One line for each transition. */
export function logAlarm(log: Log, { change, alarm }: AlarmChange): void {
  const { id, device, property, severity, value, limit, unit, detail, occurrences, simulated } = alarm;
  const by = change === 'acknowledged' ? { by: alarm.acknowledgedBy } : {};
  const seen = { alarm: alarm.alarm, id, device, property, severity, value, limit, unit, occurrences, detail };
  const fields = { ...seen, ...by, ...(simulated ? { simulated } : {}) };
  if (change !== 'raised') log.info(fields, `alarm ${change}`);
  else if (severity === 'critical') log.error(fields, 'alarm raised');
  else log.warn(fields, 'alarm raised');
}
