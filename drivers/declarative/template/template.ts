/** What stands in a template's fields, before scale and offset. A bigint is an integer beyond ±2^53. */
export type FieldValue = number | bigint | string | boolean | readonly FieldValue[];
export type Values = Readonly<Record<string, FieldValue>>;

/** One value of a field as bytes; pure, stateless. See docs/definitions.md, "Conversions". */
export interface Conversion {
  /** As written: `%05.2f`. */
  readonly text: string;
  /** The bytes of a value. Throws `invalid-request` for a value that they cannot tell: too wide, not a member, … */
  print(value: FieldValue): Uint8Array;
  /**
   * Reads a value at `from`. `stop` is where the next literal of the template stands (or the end): conversions without a
   * width of their own read no further. Undefined: it is not there.
   */
  scan(bytes: Uint8Array, from: number, stop: number): { readonly value: FieldValue; readonly end: number } | undefined;
  /** What it reads, for messages: "a decimal number". */
  readonly expects: string;
  /** What its bytes can hold, and how many they are. */
  readonly capacity?: Capacity;
  /** The same conversion for values of a schema's type; itself where that makes no difference. Throws `TemplateError`. */
  typed?(type: ValueType, at: number): Conversion;
}

/** What a JSON schema says that a value is. */
export type ValueType = 'boolean' | 'integer' | 'number' | 'string';

/** What a conversion can tell: for whoever checks a template against the schema of its values. */
export interface Capacity {
  readonly of: 'integer' | 'number' | 'text' | 'choice' | 'time';
  /** How many bytes it always takes; absent where that depends on the value. */
  readonly bytes?: number;
  /** Most bytes that are read; fewer are allowed unless `bytes` says otherwise. */
  readonly width?: number;
  /** It may be read from no bytes at all. */
  readonly empty?: true;
  /** It finds its end itself and ignores `stop`. */
  readonly selfEnding?: true;
  /** It is only read, never printed. */
  readonly inputOnly?: true;
  /** The bytes that it is made of, where they are a set. */
  readonly members?: ReadonlySet<number>;
  /** Digits printed after the decimal point. */
  readonly decimals?: number;
  /** Significant digits printed, where they are counted so. */
  readonly digits?: number;
  /** Least and greatest value that survives being printed and read. */
  readonly minimum?: number | bigint;
  readonly maximum?: number | bigint;
  /** What a choice is made of; the values are those of the type that it has been given. */
  readonly choices?: readonly { readonly text: string; readonly value: FieldValue }[];
  /** The value that stands for every other text. */
  readonly otherwise?: FieldValue;
}

interface Place {
  /** Where it begins in the template's text. */
  readonly at: number;
}

export interface LiteralPart extends Place {
  readonly kind: 'literal';
  readonly bytes: Uint8Array;
}

/** `\?`: any one byte on input. `\_`: any amount of white space on input, one space on output. */
export interface WildcardPart extends Place {
  readonly kind: 'any-byte' | 'white-space';
}

export interface FieldPart extends Place {
  readonly kind: 'field';
  /** Undefined for a value that is read and dropped (`{%*d}`). */
  readonly name: string | undefined;
  readonly conversion: Conversion;
  /** Between the members of an array; absent for a single value. The very object `whiteSpace` is any white space. */
  readonly separator?: Uint8Array;
  /** Taken when the value is not there (`{name:%d?0}`). */
  readonly fallback?: FieldValue;
}

export interface ChecksumPart extends Place {
  readonly kind: 'checksum';
  readonly text: string;
  /** The bytes that stand for the checksum of `message`, of which all before this part has been printed or read. */
  compute(message: Uint8Array): Uint8Array;
  /** How many bytes that always are. */
  readonly size?: number;
  /** They are hex digits: printed in upper case, read in either. */
  readonly hex?: true;
  /** They are digits of whichever kind, and no raw bytes. */
  readonly isText?: true;
}

/** `{message}` in a frame: where each exchange's own template stands. */
export interface MessagePart extends Place {
  readonly kind: 'message';
}

export type Part = LiteralPart | WildcardPart | FieldPart | ChecksumPart | MessagePart;

/** A parsed template: how a message is printed and how it is read. */
export interface Template {
  readonly text: string;
  readonly parts: readonly Part[];
}

/** Why a text is no template, and where in it. */
export class TemplateError extends Error {
  readonly at: number;
  constructor(message: string, at: number) {
    super(message);
    this.at = at;
  }
}

export type Scanned =
  | { readonly ok: true; readonly values: Values }
  /** `at` is the byte at which it no longer fits; `checksum` tells a wrong checksum from another message. */
  | { readonly ok: false; readonly at: number; readonly expected: string; readonly checksum?: true };

/** The separator that is any amount of white space on input, and one space on output. */
export const whiteSpace: Uint8Array = Uint8Array.of(0x20);
