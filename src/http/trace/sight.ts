import type { Caller } from '../../access/caller.ts';
import type { Device } from '../../device/device.ts';
import type { Registry } from '../../device/registry.ts';
import type { TraceEntry } from '../../transport/trace/index.ts';
import { demandOfAll, mayRead, sharers } from '../access/seen.ts';

/**
 * What of a device's trace a caller may see. On a line of bytes everybody hears everything, and what is heard is nobody's
 * by itself: it takes `read` over every device on it. Of messages, those that are no device's are left out for whoever
 * may not read all devices of the broker. Throws `forbidden`.
 */
export function sightOf(registry: Registry, device: Device, caller: Caller): (entry: TraceEntry) => boolean {
  const others = sharers(registry, device);
  if (device.carries !== 'messages') demandOfAll(caller, 'read', others, 'are on the same connection');
  const seesAll = others.every((other) => mayRead(caller, other));
  return (entry) => seesAll || !('message' in entry) || entry.devices.length > 0;
}

/** Whether it would be shown to them now: labels change, others come to a line, and what a caller has ends. */
export function isInSight(registry: Registry, device: Device, caller: Caller): boolean {
  if (!mayRead(caller, device)) return false;
  return device.carries === 'messages' || sharers(registry, device).every((other) => mayRead(caller, other));
}
