import { type Alarm, type AlarmChange, isOpen } from '../alarms/alarm.ts';
import { timeOf } from './views.ts';

/** An alarm as it stands in lists and in the stream. */
export function alarmView(alarm: Alarm): object {
  const { id, device, property, kind, severity, state, value, limit, unit, detail, simulated } = alarm;
  return {
    id,
    alarm: alarm.alarm,
    device,
    property,
    kind,
    severity,
    message: alarm.message ?? null,
    state,
    open: isOpen(alarm),
    value,
    limit,
    reference: alarm.reference ?? null,
    unit,
    detail,
    firstRaisedAt: timeOf(alarm.firstRaisedAt),
    raisedAt: timeOf(alarm.raisedAt),
    occurrences: alarm.occurrences,
    acknowledgedAt: timeOf(alarm.acknowledgedAt),
    acknowledgedBy: alarm.acknowledgedBy ?? null,
    clearedAt: timeOf(alarm.clearedAt),
    simulated,
    links: { self: `/v1/alarms/${id}`, device: `/v1/devices/${device}` },
  };
}

/** An alarm on its own: with how it came to this. */
export function alarmDetailView(alarm: Alarm): object {
  const transitions = alarm.transitions.map(({ change, at, value, by }) => {
    return { change, at: timeOf(at), value, by: by ?? null };
  });
  return { ...alarmView(alarm), transitions };
}

/** What the stream tells of a transition. */
export function alarmChangeView({ change, alarm, at }: AlarmChange): object {
  return { change, alarm: alarmView(alarm), at: timeOf(at), simulated: alarm.simulated };
}
