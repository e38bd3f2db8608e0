import type { CommandSpec, Confirmation, JsonSchema, PropertySpec } from '../../src/driver/index.ts';

/** What is published, and which live message on which topic then tells that it is so. Topics are below the prefix. */
export interface Order {
  readonly topic: string;
  readonly payload: string;
  /** Absent: nothing is told afterwards, and no more can be known than that it was sent. */
  readonly answer?: Answer;
}

/** Which live message tells that it is so. `last`: what was told on a topic before it, undefined for nothing. */
export interface Answer {
  readonly topics: readonly string[];
  readonly fits: (topic: string, text: string, last: (topic: string) => string | undefined) => boolean;
}

/** One property of a device. */
export interface Part {
  readonly name: string;
  readonly spec: PropertySpec;
  readonly topic: string;
  /** Its value in a message on its topic; null where that says that it is not known, undefined where it does not tell. */
  readonly told: (text: string) => unknown;
  readonly set?: (value: unknown) => Order;
  readonly expireAfterMs?: number;
}

/** One command of a device. */
export interface Act {
  readonly name: string;
  readonly spec: CommandSpec;
  readonly order: (params: unknown) => Order;
}

export interface Parts {
  readonly properties: readonly Part[];
  readonly commands: readonly Act[];
}

export const timeoutMs = 5000;

export const none: JsonSchema = { type: 'object', title: 'No parameters', properties: {}, additionalProperties: false };

const noResult: JsonSchema = { type: 'object', title: 'Nothing', properties: {}, additionalProperties: false };

export function pushed(summary: string, schema: JsonSchema): PropertySpec {
  return { summary, schema, access: 'read', source: 'pushed' };
}

export function settable(summary: string, schema: JsonSchema, confirmation: Confirmation = 'confirmed'): PropertySpec {
  return {
    summary,
    schema,
    access: 'read-write',
    source: 'pushed',
    write: { effect: 'idempotent', confirmation, timeoutMs },
  };
}

export function command(
  summary: string,
  effect: 'actuate' | 'idempotent',
  confirmation: Confirmation,
  params: JsonSchema = none,
): CommandSpec {
  return { summary, effect, confirmation, timeoutMs, params, result: noResult };
}

/** Any live message there: the device tells of itself after the command, whatever it tells. */
export const anything = (...topics: string[]): Answer => ({ topics, fits: () => true });

/** A live message there that tells this value. */
export function telling(topic: string, told: Part['told'], matches: (value: unknown) => boolean): Answer {
  return { topics: [topic], fits: (_topic, text) => matches(told(text)) };
}

export const onOff = (text: string): boolean | undefined => {
  if (text === 'ON') return true;
  return text === 'OFF' ? false : undefined;
};

/** `nan` is a sensor that does not know, or `None` with `publish_nan_as_none`. */
export function numberIn(text: string): number | null | undefined {
  if (/^(?:nan|none)$/i.test(text)) return null;
  const value = Number(text);
  return text.trim() !== '' && Number.isFinite(value) ? value : undefined;
}

/** The firmware prints its single-precision numbers with six decimals. */
export function sameNumber(value: unknown): (told: unknown) => boolean {
  return (told) =>
    typeof told === 'number' &&
    typeof value === 'number' &&
    Math.abs(told - value) <= Math.max(1e-6, Math.abs(value) * 1e-6);
}

const maxText = 1000;

export const textIn = (text: string): string => text.slice(0, maxText);

export const boolean = (title: string): JsonSchema => ({ type: 'boolean', title });

export const oneOf = (title: string, options: readonly string[] | undefined): JsonSchema => ({
  type: 'string',
  title,
  ...(options !== undefined && options.length > 0 ? { enum: [...options] } : { maxLength: maxText }),
});

export function numeric(
  title: string,
  { minimum, maximum, unit }: { minimum?: number; maximum?: number; unit?: string },
) {
  return {
    type: 'number',
    title,
    ...(unit !== undefined && { unit }),
    ...(minimum !== undefined && { minimum }),
    ...(maximum !== undefined && { maximum }),
  };
}
