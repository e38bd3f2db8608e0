import type { AlarmView } from '../../../client/index.ts';

/** How many alarms a device has that are not cleared, and whether one of them is critical and nobody has seen it yet. */
export interface DeviceAlarms {
  readonly count: number;
  readonly urgent: boolean;
}

export function alarmsByDevice(alarms: readonly AlarmView[]): ReadonlyMap<string, DeviceAlarms> {
  const found = new Map<string, DeviceAlarms>();
  for (const { device, state, severity } of alarms) {
    if (state === 'cleared') continue;
    const { count = 0, urgent = false } = found.get(device) ?? {};
    found.set(device, { count: count + 1, urgent: urgent || (severity === 'critical' && state === 'active') });
  }
  return found;
}
