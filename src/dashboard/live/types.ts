import type {
  AlarmView,
  Cause,
  CommandChange,
  DeviceEvent,
  DeviceView,
  LeaseView,
  PropertyView,
} from '../../client/index.ts';

export type { AlarmView, Cause, CommandChange, DeviceEvent, DeviceView, LeaseView, PropertyView };

/** `connecting`: for the first time; `lost`: what is shown is old; `denied`: the service wants to know who asks. */
export type ConnectionState = 'connecting' | 'live' | 'lost' | 'denied';

export interface Connection {
  readonly state: ConnectionState;
  /** Wall clock, ms. */
  readonly since: number;
  /** Why it was lost or denied. */
  readonly detail?: string;
}

export interface Point {
  /** Wall clock, ms. */
  readonly at: number;
  readonly value: number;
}

/** A property as it is known, with where it was lately. */
export interface LiveProperty extends Omit<PropertyView, 'links'> {
  /** Numbers only, oldest first, at most 120. */
  readonly recent: readonly Point[];
  /** When it was told last, wall clock of the page, ms. */
  readonly heardAt: number;
  /** What changed it last; absent until it changes. */
  readonly cause?: Cause;
}

/** A device as it is now. The object is another one whenever something about it has changed. */
export interface LiveDevice {
  readonly view: DeviceView;
  readonly properties: ReadonlyMap<string, LiveProperty>;
  readonly lease: LeaseView | null;
  /** What it told lately, newest first, at most 50. */
  readonly events: readonly DeviceEvent[];
  /** When anything was heard of it, wall clock, ms. */
  readonly seenAt: number | undefined;
}
