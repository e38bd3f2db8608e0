import type { Alarms } from '../alarms/alarms.ts';
import type { Control } from '../command/control.ts';
import { alarmProblems, type Config, historyProblems } from '../config/index.ts';
import type { Device } from '../device/device.ts';
import type { DeviceEvent, ParentLog } from '../device/settings.ts';
import type { Feed } from '../http/stream/feed.ts';
import type { NorthboundService } from '../northbound/index.ts';
import type { DeviceLog } from '../observe/device-log.ts';
import { Recorder } from '../store/history/recorder.ts';
import type { SimulatedPast } from '../store/history/simulated-past.ts';
import type { Store } from '../store/store.ts';
import type { AppParts } from './parts.ts';

interface Ears {
  readonly deviceLog: DeviceLog;
  readonly recorder: Recorder;
  readonly control: Control;
  readonly feed: Feed;
  readonly alarms: Alarms;
  readonly northbound: NorthboundService | undefined;
  readonly past: SimulatedPast;
}

/** What devices tell, in the order in which others are to hear of it: an alarm after the value that raised it. */
export function tellEverybody(
  event: DeviceEvent,
  { config }: Pick<AppParts, 'config'>,
  { clock, log }: AppParts,
  ears: Ears,
): void {
  ears.deviceLog.take(event);
  if (event.kind === 'property') ears.recorder.take(event.device.id, event.name, event.data, clock.now());
  if (event.kind === 'added') ears.past.added(event.device);
  if (event.kind === 'removed') ears.past.removed(event.device.id);
  ears.control.observed(event);
  if (event.kind === 'model') warnOfRules(config, event.device, log);
  ears.feed.device(event);
  ears.alarms.observed(event);
  ears.northbound?.observed(event);
}

/** What only the device could tell when the configuration was checked. */
function warnOfRules({ devices, alarms }: Config, { id, told, model, simulated }: Device, log: ParentLog): void {
  if (told === undefined) return;
  const warn = (problem: string, text: string): void => {
    log.warn({ device: id, problem, ...(simulated ? { simulated } : {}) }, text);
  };
  for (const problem of historyProblems(own(devices, id)?.history, model)) {
    warn(problem, 'a rule for the history of the device has no effect');
  }
  for (const problem of alarmProblems(alarms, id, model))
    warn(problem, 'an alarm of the device is not as it was meant');
}

export function recorderOf(config: () => Config, { history }: Store): Recorder {
  return new Recorder({
    history,
    ruleOf: (device, property) => own(own(config().devices, device)?.history ?? {}, property),
  });
}

/** Devices and properties may be called `constructor`. */
function own<T>(map: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(map, key) ? map[key] : undefined;
}
