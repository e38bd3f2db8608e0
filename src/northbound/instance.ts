import type { Device } from '../device/device.ts';

/** Who tells, and where. */
export interface Instance {
  /** Of this service among others on the broker: one word. */
  readonly id: string;
  readonly version: string;
  /** Where whether the service is connected stands, and the words for it: its last will. */
  readonly presence: { readonly topic: string; readonly online: string; readonly offline: string };
  /** Its devices may be told what to do. */
  readonly commands: boolean;
  /** Whether the device is one of those that are told. */
  tells(device: Device): boolean;
  /** The device of an id, if it is one of those that are told. */
  device(id: string): Device | undefined;
  /** All that are told. */
  devices(): readonly Device[];
}

/** What its devices are called by people; a simulated one is not to be taken for a real one anywhere. */
export function titleOf(device: Device): string {
  const name = device.labels['name'] ?? device.id;
  return device.simulated ? `${name} (simulated)` : name;
}

/** It takes commands now, or will as soon as its line is in step. */
export function isHere({ state }: Device): boolean {
  return state === 'ready' || state === 'quarantined';
}
