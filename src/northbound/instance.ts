import type { Device } from '../device/device.ts';

/** Who tells, and where. */
export interface Instance {
  /** Of this service among others on the broker: one word without hyphens. */
  readonly id: string;
  readonly version: string;
  readonly presence: Presence;
  /** Its devices may be told what to do: what of it is for `maySend` and `mayStop` to say. */
  readonly commands: boolean;
  /** Whether a command of a device (`write:` and a property for its write) may be asked for from there. */
  maySend(device: Device, command: string): boolean;
  mayStop(device: Device): boolean;
  /** The device of an id, if it is one of those that are told. */
  device(id: string): Device | undefined;
  /** All that are told. */
  devices(): readonly Device[];
}

/** Where it stands whether a service is connected, and the words for it. */
export interface Presence {
  readonly topic: string;
  /** It is connected, and what the broker kept of its devices may be out of date. */
  readonly starting: string;
  /** What is told of its devices is true. */
  readonly online: string;
  /** Its last will. */
  readonly offline: string;
  /** It has ended in order. */
  readonly goodbye: string;
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
