import type { Device } from '../device/device.ts';
import type { Outcome } from '../errors.ts';
import type { CommandRecord } from '../store/record.ts';

/** What is told. Descriptions and states are retained, so that whoever comes later knows; answers are not. */
export interface Publication {
  readonly topic: string;
  readonly payload: string;
  readonly retain: boolean;
  /** Only the newest payload of the topic matters: one that waits is replaced. */
  readonly latest?: true;
  /** Descriptions must arrive: 1. Values are soon followed by newer ones: 0, if absent. */
  readonly qos?: 0 | 1;
}

/** What somebody on the broker wants of a device. */
export type Wish =
  | { readonly kind: 'command'; readonly device: string; readonly command: string; readonly params: unknown }
  | { readonly kind: 'stop'; readonly device: string }
  /** Its payload says nothing that the device could be asked. */
  | { readonly kind: 'nonsense'; readonly device: string; readonly command: string; readonly detail: string };

/** Why there is no record of a command: it was turned away, or what became of it could not be put on record. */
export interface Refusal {
  readonly outcome: Outcome;
  readonly code: string;
  readonly detail: string;
}

/** What became of a wish: the command's record, or why there is none. */
export interface Fate {
  readonly device: Device;
  /** `write:` and a property, a command, or `stop`. */
  readonly command: string;
  readonly record?: CommandRecord;
  readonly refusal?: Refusal;
}

/** One way in which other systems find devices on a broker: where what is said. */
export interface Convention {
  readonly name: string;
  /** What is said of this service itself, after what is said of its devices. */
  introduce(): readonly Publication[];
  /** Takes back what `introduce` says, but for whether the service is there, which its connection tells. */
  leave(): readonly Publication[];
  /** Everything about a device: what it is, whether it is there, what it says; and nothing any more of what it had before. */
  announce(device: Device): readonly Publication[];
  /** Whether it is there, and how it stands. */
  presence(device: Device): readonly Publication[];
  /** A property has a new value, or none that is known. */
  value(device: Device, property: string): readonly Publication[];
  event(device: Device, event: string, data: unknown): readonly Publication[];
  fate(fate: Fate): readonly Publication[];
  /** Takes back everything that was told of a device that is no more. */
  retract(id: string): readonly Publication[];
  /** Where wishes come in; filters of one convention do not overlap. */
  readonly filters: readonly string[];
  /** What a live message on one of them wants; undefined if it is nothing of ours. */
  wish(topic: string, payload: string): Wish | undefined;
  /** Where the broker has kept the descriptions that were told before, by an earlier process. */
  readonly memory: string;
  /** Takes note of one of those; which device it is of, undefined if it is none of ours. */
  recall(topic: string, payload: string): string | undefined;
  /** Where somebody tells that he has just come and wants to hear everything. */
  readonly greeting?: { readonly topic: string; readonly payload: string };
}

/** What is told and kept, and must arrive. */
export const retained = (topic: string, payload: string): Publication => ({ topic, payload, retain: true, qos: 1 });
