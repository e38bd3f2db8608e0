import type { AlarmView, CandidateView, CommandView, DeviceView, LeaseView, PropertyView, Quality } from '../types.ts';

/** What `GET /v1/stream` tells (docs/stream.md). Times are RFC 3339. */

/** A device as it is when a stream begins, or begins anew. */
export interface DeviceSnapshot {
  readonly kind: 'device';
  readonly device: DeviceView;
  readonly properties: readonly Omit<PropertyView, 'links'>[];
  readonly lease: LeaseView | null;
  /** Those under way. */
  readonly commands: readonly CommandView[];
  readonly simulated: boolean;
}

export interface AlarmsSnapshot {
  readonly kind: 'alarms';
  readonly alarms: readonly AlarmView[];
}

/** The snapshots are complete; from here on changes are told. */
export interface Synced {
  readonly at: string;
  readonly devices: number;
}

/** Something is missing before this: read `reload` anew, or take the snapshots that follow. */
export interface Gap {
  readonly from: number;
  readonly to: number;
  /** It is no longer kept, is of an earlier run of the service, or there has been no such id. */
  readonly reason: 'expired' | 'restarted' | 'unknown';
  readonly reload: readonly string[];
}

/** What made a property change. */
export type Cause =
  | { readonly kind: 'command'; readonly commandId: string }
  | { readonly kind: 'external' }
  | { readonly kind: 'poll' };

export interface PropertyChange<Value = unknown> {
  readonly device: string;
  readonly name: string;
  readonly value: Value | null;
  readonly unit: string | null;
  readonly at: string | null;
  readonly quality: Quality;
  readonly error?: string;
  readonly source: PropertyView['source'];
  /** Absent where a value can no longer be relied on. */
  readonly cause?: Cause;
  readonly simulated: boolean;
}

/** A command at a change of its state. */
export interface CommandChange extends CommandView {
  /** What its device said of how far it is. */
  readonly progress?: Readonly<Record<string, string | number | boolean | null>>;
  /** Commands ahead of it, while it is queued. */
  readonly position?: number;
}

/** Something that a device told. */
export interface DeviceEvent<Data = unknown> {
  readonly device: string;
  readonly name: string;
  readonly data: Data;
  readonly at: string;
  readonly simulated: boolean;
}

export interface DeviceChange {
  /** Its id. */
  readonly device: string;
  readonly change: 'added' | 'removed' | 'labels' | 'state' | 'model' | 'stopped' | 'latched' | 'released';
  readonly at: string;
  /** Null when it is gone. */
  readonly view: DeviceView | null;
  readonly simulated: boolean;
}

/** What somebody, or a fault, did to a simulator. */
export interface SimulatorChange {
  readonly connection: string;
  readonly model: string;
  readonly devices: readonly string[];
  readonly event: {
    readonly kind: 'faults' | 'acted' | 'state' | 'time' | 'pressed';
    readonly [detail: string]: unknown;
  };
  readonly at: string;
  readonly simulated: true;
}

export interface LeaseChange {
  readonly device: string;
  readonly change: 'granted' | 'renewed' | 'stolen' | 'released' | 'expired' | 'dropped' | 'stop-failed';
  readonly lease: LeaseView | null;
  readonly at: string;
  readonly simulated: boolean;
}

export interface AlarmChange {
  readonly change: 'raised' | 'acknowledged' | 'cleared';
  readonly alarm: AlarmView;
  readonly at: string;
  readonly simulated: boolean;
}

export interface CandidateChange {
  readonly change: 'found' | 'changed' | 'stale' | 'gone' | 'adopted';
  readonly id: string;
  /** Null when it is no longer known. */
  readonly candidate: CandidateView | null;
  readonly at: string;
  readonly simulated: boolean;
}

/** What each type of event carries. */
export interface StreamData {
  readonly snapshot: DeviceSnapshot | AlarmsSnapshot;
  readonly synced: Synced;
  readonly gap: Gap;
  readonly property: PropertyChange;
  readonly command: CommandChange;
  readonly event: DeviceEvent;
  readonly device: DeviceChange;
  readonly simulator: SimulatorChange;
  readonly lease: LeaseChange;
  readonly alarm: AlarmChange;
  readonly candidate: CandidateChange;
}

/** One event, by its `type`; a newer service may tell of types that are not named here. */
export type StreamEvent = {
  readonly [Type in keyof StreamData]: {
    readonly type: Type;
    /** To resume after it; undefined where one cannot, as in a snapshot. */
    readonly id: number | undefined;
    readonly data: StreamData[Type];
  };
}[keyof StreamData];

/** The types that a stream can be narrowed to. */
export type StreamType = Exclude<keyof StreamData, 'snapshot' | 'synced' | 'gap'>;
