import type { Static, TSchema } from '@sinclair/typebox';
import type { TransportName, TransportShapes } from '../transport/connection.ts';
import {
  type AnyDriver,
  type Call,
  contractVersion,
  type Context,
  type Discovery,
  type DiscoveryContext,
  type LaneTiming,
  type Passed,
  type SerialDefaults,
  type TransportWires,
} from './contract.ts';
import type { JsonSchema, Model, ReadWritePropertySpec, ReadablePropertySpec, WritablePropertySpec } from './spec.ts';

/** The TypeScript type of what a schema accepts; `unknown` for schemas that are not TypeBox's. */
export type Value<S> = S extends TSchema ? Static<S> : unknown;

type WireOf<T extends TransportName> = TransportWires[T];

/** One handler per command: a missing one, or a wrong result, does not compile. */
export type CommandHandlers<M extends Model, T extends TransportName> = {
  readonly [K in keyof M['commands']]: (
    params: Value<M['commands'][K]['params']>,
    call: Call<WireOf<T>, Value<M['commands'][K]['result']>>,
  ) => Promise<Value<M['commands'][K]['result']>>;
};

type Properties<M extends Model> = M['properties'];
type Readable = ReadablePropertySpec | ReadWritePropertySpec;
type Writable = ReadWritePropertySpec | WritablePropertySpec;

type PolledKeys<M extends Model> = {
  [K in keyof Properties<M>]: Properties<M>[K] extends Readable & { readonly source: { readonly pollMs: number } }
    ? K
    : never;
}[keyof Properties<M>];

type PushedKeys<M extends Model> = {
  [K in keyof Properties<M>]: Properties<M>[K] extends Readable & { readonly source: 'pushed' } ? K : never;
}[keyof Properties<M>];

type WritableKeys<M extends Model> = {
  [K in keyof Properties<M>]: Properties<M>[K] extends Writable ? K : never;
}[keyof Properties<M>];

type PropertyValue<M extends Model, K extends keyof Properties<M>> = Value<Properties<M>[K]['schema']>;

type Reader<M extends Model, T extends TransportName, K extends keyof Properties<M>> = (
  call: Call<WireOf<T>>,
) => Promise<PropertyValue<M, K>>;

/** One reader per polled property; a pushed one has a reader only if the device can be asked. */
export type PropertyReaders<M extends Model, T extends TransportName> = {
  readonly [K in PolledKeys<M>]: Reader<M, T, K>;
} & { readonly [K in PushedKeys<M>]?: Reader<M, T, K> };

export type PropertyWriters<M extends Model, T extends TransportName> = {
  readonly [K in WritableKeys<M>]: (value: PropertyValue<M, K>, call: Call<WireOf<T>, void>) => Promise<void>;
};

/** `read` and `write` are required as soon as the model has something to read or write. */
type RequiredIfAny<Name extends string, Keys, Members> = [Keys] extends [never]
  ? { readonly [N in Name]?: Members }
  : { readonly [N in Name]: Members };

export type Session<M extends Model, T extends TransportName> = {
  readonly commands: CommandHandlers<M, T>;
  readMany?(names: readonly string[], call: Call<WireOf<T>>): Promise<Readonly<Record<string, unknown>>>;
  readTogether?(names: readonly string[]): readonly (readonly string[])[];
  readWithinMs?(names: readonly string[]): number;
  init?(call: Call<WireOf<T>>): Promise<void>;
  resync?(call: Call<WireOf<T>>): Promise<void>;
  ask?(call: Call<WireOf<T>>): Promise<void>;
  detach?(call: Call<WireOf<T>>): Promise<void>;
  readonly model?: Model;
  readonly identity?: string;
} & RequiredIfAny<'read', PolledKeys<M>, PropertyReaders<M, T>> &
  RequiredIfAny<'write', WritableKeys<M>, PropertyWriters<M, T>> &
  (M extends { readonly stop: object }
    ? { stop(call: Call<WireOf<T>>): Promise<void> }
    : { stop?(call: Call<WireOf<T>>): Promise<void> });

/** `report` and `emit` typed by the model. */
export interface TypedContext<M extends Model> extends Omit<Context, 'report' | 'lost' | 'emit'> {
  report<K extends keyof M['properties'] & string>(property: K, value: Value<M['properties'][K]['schema']>): void;
  lost(property: keyof M['properties'] & string, why: string): void;
  emit<K extends keyof M['events'] & string>(event: K, data: Value<M['events'][K]['data']>): void;
}

export interface DriverDefinition<M extends Model, T extends TransportName, O extends JsonSchema> {
  readonly model: M;
  readonly transports: readonly T[];
  /** Schema of a device's `options` in the configuration; a closed object. */
  readonly options: O;
  readonly maxInFlight?: number;
  readonly timing?: LaneTiming;
  /** For serial connections whose configuration does not say. */
  readonly serial?: SerialDefaults;
  /**
   * Which of the devices on a connection these options mean: a unit number, a topic. Absent: the connection is one
   * device's alone.
   */
  address?(options: Value<O>): string;
  /**
   * Makes a session on an open connection: verifies identity where the device can tell it, subscribes, never changes
   * outputs. It may write to the connection itself; once it has returned, only calls write.
   */
  attach(connection: TransportShapes[T], options: Value<O>, context: TypedContext<M>): Promise<Session<M, T>>;
  /**
   * What a chunk or a payload means, for whoever reads the trace: JSON data; undefined where it cannot be told. It is asked
   * when somebody looks, of a device's options; it may throw.
   */
  explain?(passed: Passed, options: Value<O>): unknown;
  readonly selfDescribing?: true;
  /** Schema of what the configuration may tell `discover`; a closed object. Absent: nothing. */
  readonly discoveryOptions?: JsonSchema;
  /** Resolves once it listens; goes on telling until the signal aborts. */
  discover?(
    connection: NonNullable<TransportShapes[T]>,
    discovery: Discovery,
    context: DiscoveryContext,
  ): Promise<void>;
}

/** Keeps a model's literal types, so that `defineDriver` can infer handlers from it. */
export function defineModel<const M extends Model>(model: M): M {
  return model;
}

/** Checks a driver against its model's types and erases them. */
export function defineDriver<const M extends Model, const T extends TransportName, O extends JsonSchema>(
  definition: DriverDefinition<M, T, O>,
): AnyDriver {
  // The one reasoned cast: the runtime validates params, results and options against the very schemas that these
  // types were inferred from, and opens only the transports listed.
  return { ...definition, contract: contractVersion } as unknown as AnyDriver;
}
