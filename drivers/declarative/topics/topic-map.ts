import type { Confirmation, JsonSchema, Model } from '../../../src/driver/index.ts';
import type { Finding, ManualExample, Path, SimulatorClause } from '../definition/definition.ts';
import type { Template } from '../template/template.ts';

/** What a field is on the wire: (raw × scale + offset), or the word that stands for a value. */
export interface FieldMeaning {
  readonly scale: number;
  readonly offset: number;
  /** Digits after the point of what is sent. */
  readonly decimals?: number;
  /** Clients see integers: what a scale makes of them is rounded. */
  readonly whole: boolean;
  /** Values of clients, and what stands for each of them in a message. */
  readonly values?: readonly { readonly value: unknown; readonly wire: number | string | boolean }[];
}

export type FieldMeanings = Readonly<Record<string, FieldMeaning>>;

/** A part of a JSON payload: a constant, the value of a field as it is, a text, or more parts. */
export type JsonPart =
  | { readonly kind: 'constant'; readonly value: unknown }
  | { readonly kind: 'value'; readonly name: string }
  | { readonly kind: 'text'; readonly template: Template }
  | { readonly kind: 'object'; readonly members: readonly (readonly [string, JsonPart])[] }
  | { readonly kind: 'list'; readonly items: readonly JsonPart[] };

export type Payload =
  | { readonly kind: 'text'; readonly template: Template }
  | { readonly kind: 'json'; readonly part: JsonPart };

export interface Sending {
  readonly topic: Template;
  readonly payload: Payload;
  readonly qos: 0 | 1 | 2;
  readonly fields: FieldMeanings;
  readonly path: Path;
}

/** Where a field stands in a JSON payload. */
export interface Place {
  /** The tokens of the JSON pointer. */
  readonly pointer: readonly string[];
  /** How the text there is written, with the one field `value`; absent: the JSON value itself. */
  readonly as?: Template;
  readonly optional: boolean;
}

export type Reading =
  /** All payloads are the same to it. */
  | { readonly kind: 'any' }
  | { readonly kind: 'text'; readonly template: Template }
  | { readonly kind: 'json'; readonly places: Readonly<Record<string, Place>> };

/** What a field must be; `known`: what the parameter or option of that name is. */
export interface MatchRule {
  readonly field: string;
  readonly equals?: { readonly known: string } | { readonly value: number | string | boolean };
  readonly tolerance: number;
  readonly present?: boolean;
}

/** A kind of message: where it comes, and how its payload is read. */
export interface Hearing {
  readonly topic: Template;
  readonly reading: Reading;
  readonly rules: readonly MatchRule[];
  readonly fields: FieldMeanings;
  readonly path: Path;
}

/** What a property must be for a state message to be the answer. */
export interface Wanted {
  readonly property: string;
  /** Undefined: whatever it is. */
  readonly equals?: { readonly known: string } | { readonly value: unknown };
}

export type Reply =
  | { readonly kind: 'message'; readonly hearing: Hearing; readonly timeoutMs: number }
  | {
      readonly kind: 'state';
      readonly wanted: readonly Wanted[];
      readonly tolerance: number;
      readonly timeoutMs: number;
      readonly path: Path;
    };

/** A message that says no. Without a topic of its own it comes where the reply would. */
export interface ErrorRule {
  readonly hearing: Omit<Hearing, 'topic'> & { readonly topic?: Template };
  readonly code?: string;
  readonly text?: string;
  readonly texts: Readonly<Record<string, string>>;
  readonly outcome: 'refused' | 'failed' | 'busy';
}

export interface Exchange {
  readonly send: Sending;
  readonly reply?: Reply;
  /** Its own before the definition's. */
  readonly errors: readonly ErrorRule[];
  /** By response topic and correlation data (MQTT 5.0 §4.10). */
  readonly isCorrelated: boolean;
  readonly path: Path;
}

export interface Action {
  readonly exchanges: readonly Exchange[];
  /** Values of parameters that the client may leave out. */
  readonly defaults: Readonly<Record<string, unknown>>;
  /** Values that the expansion of `each` fixed. */
  readonly constants: Readonly<Record<string, number | string>>;
  /** How far its own replies prove that it has come. */
  readonly reaches: Confirmation;
  readonly path: Path;
}

/** A state topic; the property's value is the field `value`. */
export interface Pushed {
  readonly hearing: Hearing;
  /** What the broker had kept stands for the present. */
  readonly retained: boolean;
}

export interface TopicProperty {
  readonly constants: Readonly<Record<string, number | string>>;
  readonly pushed?: Pushed;
  readonly read?: Action;
  readonly write?: Action;
  readonly path: Path;
}

export interface TopicEvent {
  readonly hearing: Hearing;
  /** Fields that are its data. */
  readonly data: readonly string[];
}

export interface Availability {
  readonly topic: Template;
  /** Tokens of the pointer; absent: the payload as text. */
  readonly pointer?: readonly string[];
  readonly online: string | number | boolean;
  readonly offline: string | number | boolean;
  readonly unannounced: 'away' | 'there';
}

export interface HeardMessage {
  readonly topic: string;
  readonly payload: unknown;
  readonly retained?: true;
}

/** From the manual, with its section; run as tests. */
export interface TopicExample extends ManualExample {
  readonly send?: { readonly topic: string; readonly payload?: unknown };
  readonly reply: readonly HeardMessage[];
  readonly id?: number;
  readonly online?: boolean;
}

/** One device type on MQTT, compiled for the options of one instance: templates are printed with them when needed. */
export interface TopicMap {
  readonly model: Model;
  readonly optionsSchema: JsonSchema;
  /** Options that may be several levels of a topic. */
  readonly paths: ReadonlySet<string>;
  readonly availability?: Availability;
  readonly replyTimeoutMs: number;
  readonly properties: Readonly<Record<string, TopicProperty>>;
  readonly commands: Readonly<Record<string, Action>>;
  readonly events: Readonly<Record<string, TopicEvent>>;
  readonly stop?: Action;
  readonly init: readonly Exchange[];
  readonly resync: readonly Exchange[];
  readonly examples: readonly TopicExample[];
  readonly simulator: SimulatorClause;
}

/** A map, and the options of one instance, defaults filled in. */
export interface Instance {
  readonly map: TopicMap;
  readonly options: Readonly<Record<string, number | string | boolean>>;
}

/** A file that was read, merged with what it extends, and found to be sound. */
export interface TopicMapSource {
  readonly name: string;
  /** The largest instance. */
  readonly largest: Instance;
  address(options: Readonly<Record<string, unknown>>): string;
  /** For one instance; `options` have been validated. Instances that differ in no range of `each` share one map. */
  compile(options: Readonly<Record<string, unknown>>): Instance;
}

export type { Finding };
