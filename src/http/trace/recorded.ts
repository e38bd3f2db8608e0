import type { Device } from '../../device/device.ts';
import type { RecordedEvent, RecordingHeader } from '../../recording/index.ts';
import { deviceOf, type TraceEntry } from '../../transport/trace/index.ts';

/** `began` is wall clock, ms since 1970. */
export function headerOf({ id, settings, simulated, wire }: Device, began: number): RecordingHeader {
  const { name, opener, openAs } = wire;
  return {
    device: id,
    driver: settings.driver.model.name,
    connection: name,
    transport: opener.transport,
    label: openAs ?? opener.label,
    ...(opener.settings !== undefined && Object.keys(opener.settings).length > 0 && { settings: opener.settings }),
    began: new Date(began).toISOString(),
    ...(simulated && { simulated }),
  };
}

/** As the recording of a device has it; `whole` is all that passed, where the entry has its beginning. */
export function recordedOf(entry: TraceEntry, id: string, beganAt: number, whole?: Uint8Array): RecordedEvent {
  const at = Math.max(0, entry.at - beganAt);
  if (entry.kind === 'wire') {
    const { kind, what, detail } = entry;
    return { at, kind, what, ...(detail !== undefined && { detail }) };
  }
  const { kind, cutFrom, call } = entry;
  const device = deviceOf(entry, id);
  const kept = 'bytes' in entry ? entry.bytes : entry.message.payload;
  const data = whole ?? kept;
  const isCut = cutFrom !== undefined && cutFrom > data.length;
  const base = {
    at,
    kind,
    ...(device !== undefined && { device }),
    ...(call !== undefined && { call }),
    ...(isCut && { cutFrom }),
  };
  return 'bytes' in entry ? { ...base, bytes: data } : { ...base, message: { ...entry.message, payload: data } };
}
