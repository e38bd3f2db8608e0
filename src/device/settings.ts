import type { RandomBytes } from '../random-bytes.ts';
import type { Clock } from '../clock.ts';
import type { AnyDriver, Log } from '../driver/contract.ts';
import type { effectiveModel } from '../driver/effective.ts';
import type { ValueCause } from './cause.ts';
import type { Device } from './device.ts';
import type { DeviceLimits } from './limits.ts';
import type { Link } from './link.ts';
import type { Models } from './models.ts';
import type { Model } from '../driver/spec.ts';
import type { Tally } from './tallies.ts';

/** A log that can be narrowed to one device; pino's loggers can. */
export interface ParentLog extends Log {
  child(fields: object): Log;
}

/** What the configuration narrows of a model. */
export type Restrictions = Parameters<typeof effectiveModel>[1];

/** How a device came to be one that was found, and not described by a person. */
export interface Adopted {
  /** The candidate's id. */
  readonly candidate: string;
  /** By a rule of the configuration; otherwise somebody asked for it. */
  readonly auto: boolean;
}

export interface DeviceSettings {
  readonly id: string;
  readonly driver: AnyDriver;
  /** Validated against the driver's schema. */
  readonly options: unknown;
  readonly labels: Readonly<Record<string, string>>;
  readonly restrictions: Restrictions;
  readonly enabled: boolean;
  /** Devices of the configuration file are changed there. */
  readonly managedBy: 'config' | 'api';
  /** Absent for devices that were not discovered. */
  readonly adopted?: Adopted;
  /** Its connection led to a simulator when it was added; absent for those of the configuration file. */
  readonly addedSimulated?: boolean;
  /** What becomes of it when the service ends: it is left as it is, which is the default, or stopped. */
  readonly onShutdown?: 'leave' | 'stop';
  /** Silence after which it is asked whether it is there; never if absent. */
  readonly idleProbeMs?: number;
  /** How often what only reads or sets is sent again while its outcome is unknown; 0 by default. */
  readonly retries?: number;
}

/** A device that is to be. */
export interface NewDevice extends Omit<DeviceSettings, 'driver'> {
  readonly driver: string;
  /** Absent for transport `none`. */
  readonly connection: string | undefined;
  /** What it described itself as before, for drivers whose devices do. */
  readonly remembered?: Model | undefined;
}

/** What may change of a device without attaching it anew. */
export type Adjustment = Partial<Pick<DeviceSettings, 'labels' | 'restrictions' | 'onShutdown' | 'retries'>>;

export interface DeviceEvent {
  readonly device: Device;
  /**
   * `added` and `removed`: it is known from now on, or no more. `unread`: a property could not be read, was not valid, or
   * is no longer known. `latched` and `released`: the stop latch is set, or gone. `labels`: it has others.
   */
  readonly kind:
    | 'added'
    | 'removed'
    | 'labels'
    | 'state'
    | 'property'
    | 'unread'
    | 'event'
    | 'model'
    | 'unmatched'
    | 'stopped'
    | 'latched'
    | 'released';
  readonly name: string;
  readonly data: unknown;
  /** Of `property` and `unread`. */
  readonly cause?: ValueCause;
  /** Of `property` and `unread`: it is as it was, and that was told a short while ago. */
  readonly repeats?: boolean;
}

/** What all devices of one driver on one link have in common: there is one of it. */
export interface DeviceParts {
  readonly link: Link;
  readonly clock: Clock;
  readonly random: () => number;
  readonly randomBytes: RandomBytes;
  /** Of all devices. */
  readonly log: Log;
  readonly limits: DeviceLimits;
  /** Keeps one of each. */
  readonly models: Models;
  /** Counts for all devices of its driver. */
  readonly tally: Tally;
  /** Must not throw. */
  readonly observe: (event: DeviceEvent) => void;
  /** A stop is about to be sent: whoever observes hears of it, and of all else, when this turn of the event loop is over. */
  readonly hush: () => void;
}
