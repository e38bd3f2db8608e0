import type { CommandView, DryRunView, PropertyView, Quality, SamplesView, BucketsView } from '../types.ts';
import type { Cause, DeviceEvent, Gap } from '../stream/events.ts';
import type { StreamOptions } from '../stream/stream.ts';

/**
 * What one device can do, by the names that a program calls them by. `bellcrank client` prints it for each device of a
 * service.
 */
export interface DeviceShape {
  /** Each `{ params, result }`. */
  readonly commands: object;
  /** Each `{ read }`, `{ write }` or both: the types of its values. */
  readonly properties: object;
  /** Each the type of its data. */
  readonly events: object;
}

/** Where nothing is known of the devices: any name compiles, and is checked when it is used. */
export interface AnyDevice {
  readonly commands: Readonly<Record<string, { readonly params: unknown; readonly result: unknown }>>;
  readonly properties: Readonly<Record<string, { readonly read: unknown; readonly write: unknown }>>;
  readonly events: Readonly<Record<string, unknown>>;
}

export type AnyDevices = Readonly<Record<string, AnyDevice>>;

/** Any `Devices` whose every member is a shape; an interface is one as well as a type. */
export type Shapes<Devices> = { readonly [Id in keyof Devices]: DeviceShape };

/** How a command is sent. */
export interface SendOptions {
  /** Does not wait: the command is answered as it stands, `queued` mostly. */
  readonly async?: boolean | undefined;
  /** Seconds: after those it is answered as it stands. To its end by default. */
  readonly wait?: number | undefined;
  /** 1 to 255 ASCII characters: the same key never executes twice. */
  readonly idempotencyKey?: string | undefined;
  /** Shortens the time that the command may take, its waiting included; ms. */
  readonly timeoutMs?: number | undefined;
  /** Of a lease that somebody else took for this program; one’s own goes with its device. */
  readonly leaseToken?: string | undefined;
  /** Stops waiting. Before the answer that withdraws the command, if it has not left. */
  readonly signal?: AbortSignal | undefined;
}

export type DryRunOptions = Pick<SendOptions, 'leaseToken' | 'signal'>;

/** Parameters may be left out where none is needed. */
type Args<Params, Options> = {} extends Params
  ? [params?: Params, options?: Options]
  : [params: Params, options?: Options];

export interface CommandHandle<Params, Result> {
  /**
   * Sends it and waits for its end.
   * @throws CommandRefused, CommandFailed, CommandNotSent, CommandUnknown by what became of it
   * @throws BellcrankProblem where it was not accepted
   * @throws Unreachable where there is no answer; with `sent: 'maybe'` it may have been executed
   */
  (...args: Args<Params, SendOptions>): Promise<CommandView<Params, Result>>;
  /** What would be sent, and what stands in the way; nothing is sent. */
  dryRun(...args: Args<Params, DryRunOptions>): Promise<DryRunView<Params>>;
}

export type CommandHandles<Commands> = {
  readonly [Name in keyof Commands]: Commands[Name] extends {
    readonly params: infer Params;
    readonly result: infer Result;
  }
    ? CommandHandle<Params, Result>
    : never;
};

export interface ReadOptions {
  /** Asks the device unless its value is younger; ms. */
  readonly maxAgeMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A property at one moment. */
export interface PropertyReading<Value = unknown> {
  readonly device: string;
  readonly name: string;
  /** In `unit`. The last one known, whatever its quality; null if there is none. */
  readonly value: Value | null;
  readonly unit: string | null;
  readonly at: string | null;
  readonly quality: Quality;
  readonly error?: string;
  readonly source: PropertyView['source'];
  /** What made it change; absent in the first one. */
  readonly cause?: Cause;
  readonly simulated: boolean;
}

export type WatchOptions = Pick<StreamOptions, 'signal' | 'onState'>;

export interface EventWatchOptions extends WatchOptions {
  /** Told when events may have been missed. Without it that ends the iteration with an error. */
  readonly onGap?: ((gap: Gap) => void) | undefined;
}

export interface HistoryOptions {
  /** Inclusive; an hour before `to` by default. */
  readonly from?: Date | string | undefined;
  /** Exclusive; now by default. */
  readonly to?: Date | string | undefined;
  /** Values of a page, 1 to 500. */
  readonly limit?: number | undefined;
  /** The `next` of the page before. */
  readonly cursor?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface BucketOptions extends Pick<HistoryOptions, 'from' | 'to' | 'signal'> {
  /** How many at most, 1 to 2000. */
  readonly points: number;
}

export interface ReadableProperty<Value> {
  read(options?: ReadOptions): Promise<PropertyView<Value>>;
  /** The value as it is, then each change, until it is aborted or left. */
  watch(options?: WatchOptions): AsyncIterable<PropertyReading<Value>>;
  /** A page of values, oldest first. */
  history(options?: HistoryOptions): Promise<SamplesView<Value>>;
  /** Numbers in stretches of equal length. */
  buckets(options: BucketOptions): Promise<BucketsView>;
}

export interface WritableProperty<Value> {
  /** A command like any other: the same options, the same errors. */
  write(value: Value, options?: SendOptions): Promise<CommandView<{ readonly value: Value }>>;
  dryRun(value: Value, options?: DryRunOptions): Promise<DryRunView<{ readonly value: Value }>>;
}

export type PropertyHandle<Shape> = (Shape extends { readonly read: infer Value } ? ReadableProperty<Value> : unknown) &
  (Shape extends { readonly write: infer Value } ? WritableProperty<Value> : unknown);

export type PropertyHandles<Properties> = { readonly [Name in keyof Properties]: PropertyHandle<Properties[Name]> };

export interface EventHandle<Data> {
  /** Each one from now on, until it is aborted or left. */
  watch(options?: EventWatchOptions): AsyncIterable<DeviceEvent<Data>>;
}

export type EventHandles<Events> = { readonly [Name in keyof Events]: EventHandle<Events[Name]> };
