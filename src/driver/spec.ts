/**
 * What a device model can do, as plain JSON-serialisable data. Everything else derives from it: the endpoint's
 * validation, OpenAPI, forms, types and simulators.
 */

/** A JSON Schema (draft 2020-12). TypeBox types are assignable to it. */
export interface JsonSchema {
  readonly [keyword: string]: unknown;
}

/** What executing it may change. Only `read` and `idempotent` may ever be retried. */
export type Effect = 'read' | 'idempotent' | 'actuate';

/**
 * How far a command is known to have come. `sent`: handed to the wire. `acknowledged`: the device answered that it
 * took it. `confirmed`: the device itself reports the state asked for.
 */
export type Confirmation = 'sent' | 'acknowledged' | 'confirmed';

/** How an effect is verified: the device is asked for it. */
export interface Verify {
  /** Largest difference between numbers that still counts as the same; 0 by default. */
  readonly tolerance?: number;
  /** How long the value may take to get there; 0, the default, looks once. */
  readonly withinMs?: number;
}

/** The property that shows what a command set, and the parameter that it must then equal. */
export interface CommandVerify extends Verify {
  readonly property: string;
  readonly param: string;
}

export interface WriteSpec {
  readonly effect: 'idempotent' | 'actuate';
  /** The level that must be reached for `succeeded`. */
  readonly confirmation: Confirmation;
  /** From acceptance to the end, waiting in the queue included. */
  readonly timeoutMs: number;
  /** Bypasses the lane and an exchange in flight (GRBL `!`). */
  readonly urgent?: true;
  /** While the device has other commands: wait (the default), be turned away, or replace the older one that waits. */
  readonly onBusy?: 'queue' | 'reject' | 'supersede';
  /** The property is read back afterwards; then, and only then, the write is `confirmed`. */
  readonly verify?: Verify;
  /** What may be written, where that is less than what may be read. */
  readonly schema?: JsonSchema;
}

export interface CommandSpec extends Omit<WriteSpec, 'effect' | 'schema' | 'verify'> {
  readonly summary: string;
  readonly effect: Effect;
  readonly verify?: CommandVerify;
  /** Yields the lane between exchanges; `progress` extends its deadline. */
  readonly long?: true;
  /** The driver can end it early after it was sent: see `Call.cancelled`. */
  readonly abortable?: true;
  readonly params: JsonSchema;
  readonly result: JsonSchema;
  readonly examples?: readonly { readonly params: unknown; readonly result?: unknown }[];
}

/** Polled at an interval, or pushed by the device. */
export type Source = { readonly pollMs: number } | 'pushed';

interface BasePropertySpec {
  readonly summary: string;
  /** With `unit`, `minimum`, `maximum` where they apply. */
  readonly schema: JsonSchema;
}

export interface ReadablePropertySpec extends BasePropertySpec {
  readonly access: 'read';
  readonly source: Source;
}

export interface ReadWritePropertySpec extends BasePropertySpec {
  readonly access: 'read-write';
  readonly source: Source;
  readonly write: WriteSpec;
}

export interface WritablePropertySpec extends BasePropertySpec {
  readonly access: 'write';
  readonly write: WriteSpec;
}

export type PropertySpec = ReadablePropertySpec | ReadWritePropertySpec | WritablePropertySpec;

export interface EventSpec {
  readonly summary: string;
  readonly data: JsonSchema;
}

export interface StopSpec {
  readonly summary: string;
  readonly confirmation: Confirmation;
  readonly timeoutMs: number;
}

export interface Model {
  readonly name: string;
  readonly summary: string;
  readonly commands: Readonly<Record<string, CommandSpec>>;
  readonly properties: Readonly<Record<string, PropertySpec>>;
  readonly events: Readonly<Record<string, EventSpec>>;
  /** Absent: the device has no way to be made safe, and the model says so. */
  readonly stop?: StopSpec;
}
