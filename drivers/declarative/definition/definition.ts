import type { JsonSchema, Model, TransportName } from '../../../src/driver/index.ts';
import type { Template } from '../template/template.ts';

/** Where something stands in the file: keys and indices from its root. */
export type Path = readonly (string | number)[];

export interface LineSettings {
  /** How the port is set where the configuration does not say. */
  readonly baudRate?: number;
  readonly dataBits?: 5 | 6 | 7 | 8;
  readonly stopBits?: 1 | 2;
  readonly parity?: 'none' | 'even' | 'odd';
  /** Appended to what is sent. */
  readonly outTerminator: Uint8Array;
  /** The reply's framing, unless an exchange has its own. */
  readonly reply: ReplyFraming;
  /** The device repeats what it is sent, terminator included, before it answers. */
  readonly echo: boolean;
  /** What it repeats in place of the terminator, where that is not the same. */
  readonly echoTerminator?: Uint8Array;
  /** Sent by the device when it is ready for the next message, after each reply. */
  readonly prompt?: Uint8Array;
  readonly replyTimeoutMs: number;
  readonly interByteTimeoutMs: number;
  readonly totalTimeoutMs?: number;
  readonly gapMs: number;
  readonly minIntervalMs?: number;
  readonly quietMs: number;
}

export type ReplyFraming =
  | { readonly by: 'terminator'; readonly terminator: Uint8Array; readonly maxBytes: number }
  | { readonly by: 'silence'; readonly maxBytes: number }
  | { readonly by: 'length'; readonly bytes: number }
  | {
      readonly by: 'length-field';
      readonly offset: number;
      readonly size: 1 | 2 | 4;
      readonly littleEndian: boolean;
      readonly adds: number;
      readonly maxBytes: number;
    }
  | { readonly by: 'delimiters'; readonly start: Uint8Array; readonly end: Uint8Array; readonly maxBytes: number };

/** What a field's value means: `raw × scale + offset`. */
export interface FieldScale {
  readonly scale: number;
  readonly offset: number;
}

/** A reply that tells an error, in place of the one that was expected. */
export interface ErrorRule {
  readonly match: Template;
  /** Field of `match` with the device's code, or a fixed one. */
  readonly code?: { readonly field: string } | { readonly text: string };
  /** The device's words by code; a field named `text` wins. */
  readonly texts: Readonly<Record<string, string>>;
  readonly text?: string;
  /** `refused`: it said no, nothing changed. `failed`: it tried. `busy`: it said "not now", nothing changed. */
  readonly outcome: 'refused' | 'failed' | 'busy';
  readonly path: Path;
}

export interface Exchange {
  readonly kind: 'exchange';
  /** Absent: only waits for what the device says. */
  readonly send?: Template;
  /** The reply's frames in order; none: there is no reply. */
  readonly expect: readonly Template[];
  /** One for all frames of the reply. */
  readonly reply?: ReplyFraming;
  /** Applied in turn to each frame as text (latin1) before it is matched; RE2 syntax. */
  readonly rewrite: readonly { readonly pattern: string; readonly with: string }[];
  readonly fields: Readonly<Record<string, FieldScale>>;
  /** Tried before `expect`, the exchange's own before the definition's. */
  readonly errors: readonly ErrorRule[];
  readonly replyTimeoutMs?: number;
  readonly interByteTimeoutMs?: number;
  readonly totalTimeoutMs?: number;
  /** Silence after it, before whatever comes next. */
  readonly gapMs?: number;
  readonly path: Path;
}

export interface Wait {
  readonly kind: 'wait';
  readonly ms: number;
  readonly path: Path;
}

/** Asks again until the reply says so; bounded by `withinMs`, and by the call's deadline. */
export interface Repeat {
  readonly kind: 'repeat';
  readonly exchange: Exchange;
  /** Field values that all must equal; empty: it is enough that `expect` matches. */
  readonly until: Readonly<Record<string, number | string | boolean>>;
  /** A reply that says "not yet", where `expect` would not match it. */
  readonly while?: Template;
  readonly everyMs: number;
  readonly withinMs: number;
  readonly path: Path;
}

export type Step = Exchange | Wait | Repeat;

export interface Action {
  readonly steps: readonly Step[];
  /** Values of parameters that the client may leave out. */
  readonly defaults: Readonly<Record<string, unknown>>;
  /** Values that the expansion of `each` fixed: `{ channel: 2 }`. */
  readonly constants: Readonly<Record<string, number | string>>;
  readonly path: Path;
}

/** Some bits of an integer; 0 is the least significant. */
export interface Bits {
  readonly low: number;
  /** Inclusive. */
  readonly high: number;
  /** What the number that they make means, by its digits; absent: that number. A boolean has `{ 0: false, 1: true }`. */
  readonly values?: Readonly<Record<string, string | number | boolean>>;
}

export interface PropertyDefinition {
  /** Steps whose fields hold the value under `field`; absent for one that is only pushed or written. */
  readonly read?: Action & {
    readonly field: string;
    /** The value is made of these bits of the field, which is an integer. */
    readonly bits?: Bits;
    /** Properties with the same name here come from one run of the same exchange. */
    readonly from?: string;
  };
  /** The value is the field `value`. */
  readonly write?: Action;
  readonly path: Path;
}

export interface UnsolicitedRule {
  readonly match: Template;
  readonly fields: Readonly<Record<string, FieldScale>>;
  /** Property → field. */
  readonly report: Readonly<Record<string, string>>;
  /** The event whose data are all fields of `match`. */
  readonly emit?: string;
  readonly path: Path;
}

/** A queue of errors that the device keeps; read until it says that it is empty. */
export interface ErrorQueue {
  readonly exchange: Exchange;
  /** Value of the field `code` that means "no error". */
  readonly none: number | string;
  readonly maxEntries: number;
  /** The device's words by code, where an entry has none of its own. */
  readonly texts: Readonly<Record<string, string>>;
  /** Codes, as inclusive ranges, that mean that the device tried and failed; others refuse. */
  readonly failed: readonly (readonly [number, number])[];
}

/** From a manual: what it is one of, exactly one of these, or none for what only must be understood. */
export interface ManualExample {
  readonly read?: Readonly<Record<string, unknown>>;
  readonly write?: Readonly<Record<string, unknown>>;
  readonly command?: {
    readonly name: string;
    readonly params: Readonly<Record<string, unknown>>;
    readonly result?: unknown;
  };
  readonly event?: Readonly<Record<string, unknown>>;
  /** The device's code, where the reply refuses. */
  readonly error?: string;
  /** Instance options that it holds for. */
  readonly options: Readonly<Record<string, unknown>>;
  readonly manual: string;
  readonly path: Path;
}

/** From the manual, with its section; run as tests, and they pin the wire format for driver and simulator alike. */
export interface Example extends ManualExample {
  readonly send?: string;
  readonly reply?: readonly string[];
  readonly identify?: true;
}

export interface Relation {
  readonly property: string;
  readonly follows?: string;
  readonly gain: number;
  readonly offset: number;
  /** First-order lag; 0 follows at once. */
  readonly timeConstantMs: number;
  /** Largest change per second; absent: no limit. */
  readonly ratePerSecond?: number;
  /** A boolean property that must be true, or else the target is `otherwise`. */
  readonly when?: string;
  readonly otherwise: number;
  /** Standard deviation of what is read. */
  readonly noise: number;
}

export interface Refusal {
  /** A command's name, or `write:` and a property's. */
  readonly on: string;
  /** A parameter (`value` for a write) and the bounds within which it is refused; none: always. */
  readonly param?: string;
  readonly above?: number;
  readonly below?: number;
  readonly equals?: unknown;
  /** A property and the value of it at which it is refused. */
  readonly when?: Readonly<Record<string, unknown>>;
  /** What the device answers, as a template; its fields are `code` and `text`. */
  readonly reply?: Template;
  readonly code?: string;
  readonly text?: string;
}

export interface SimulatorClause {
  /** Property, field or extra state → its first value. */
  readonly initial: Readonly<Record<string, unknown>>;
  readonly relations: readonly Relation[];
  readonly refuse: readonly Refusal[];
  /** Command → property → the parameter (`{ param }`) or constant (`{ value }`) that it is set to. */
  readonly sets: Readonly<
    Record<string, Readonly<Record<string, { readonly param: string } | { readonly value: unknown }>>>
  >;
  /** From the end of a message to the beginning of the answer. */
  readonly replyMs: number;
  /** What the device sends unasked: a property's value every so often. */
  readonly pushes: readonly { readonly property: string; readonly everyMs: number }[];
  /** On a broker: action → properties that are told along with its answer. */
  readonly tells: Readonly<Record<string, readonly string[]>>;
  /** What stop sets: property → constant. */
  readonly stop: Readonly<Record<string, unknown>>;
}

/** One device type, compiled for the options of one instance. Plain data but for its templates' conversions. */
export interface Definition {
  readonly model: Model;
  readonly transports: readonly Extract<TransportName, 'serial' | 'tcp'>[];
  /** Schema of the instance's options, a closed object. */
  readonly optionsSchema: JsonSchema;
  /** The instance's options, defaults filled in; they are known to every template by name. */
  readonly options: Readonly<Record<string, number | string | boolean>>;
  readonly line: LineSettings;
  readonly identify?: Exchange;
  /** Exchanges and waits before it, where one exchange is not enough. */
  readonly identifyFirst?: readonly (Exchange | Wait)[];
  /** What is asked to learn whether anybody is there, where nothing else that is asked would tell. */
  readonly hello?: readonly Action[];
  /** After identification, on every attach. Never changes outputs, modes or motion. */
  readonly init: readonly Step[];
  readonly resync?: readonly Step[];
  readonly stop?: Action;
  readonly properties: Readonly<Record<string, PropertyDefinition>>;
  readonly commands: Readonly<Record<string, Action>>;
  readonly errorQueue?: ErrorQueue;
  readonly unsolicited: readonly UnsolicitedRule[];
  readonly examples: readonly Example[];
  readonly simulator: SimulatorClause;
}

/** One thing wrong with a file. A warning does not keep a definition from being used. */
export interface Finding {
  readonly path: Path;
  readonly detail: string;
  readonly severity: 'error' | 'warning';
  /** Where in the scalar's text, for templates. */
  readonly offset?: number;
  /** It is the key itself that is wrong, not its value. */
  readonly key?: true;
}

/** Takes what is wrong, as it is found. */
export type Report = (finding: Finding) => void;

/** A file that was read, merged with what it extends, and found to be sound. */
export interface DefinitionSource {
  readonly name: string;
  readonly summary: string;
  /** The largest instance: what `/v1/models` lists before any is attached. */
  readonly largest: Definition;
  /** Which of the devices on a line the options mean; undefined: the line is one device's alone. */
  address(options: Readonly<Record<string, unknown>>): string | undefined;
  hasAddress: boolean;
  /** For one instance; `options` have been validated against the schema. */
  compile(options: Readonly<Record<string, unknown>>): Definition;
}
