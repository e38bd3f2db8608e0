import type { Confirmation, Effect, JsonSchema } from '../../../src/driver/index.ts';
import type { Heard } from './heard.ts';

/** What a message tells of one thing. */
export type Told =
  | { readonly kind: 'value'; readonly value: unknown }
  /** The device says that it does not know (Home Assistant's payload `None`). */
  | { readonly kind: 'none' }
  /** It is not about this. */
  | { readonly kind: 'nothing' }
  | { readonly kind: 'problem'; readonly problem: string };

/** Where something is told. */
export interface Source {
  readonly topic: string;
  tell(heard: Heard): Told;
}

/** What goes out, and what must then be told. */
export interface Sending {
  readonly topic: string;
  readonly payload: string;
  /**
   * A live message on the topic that shows what was asked for; `before`: what was said there last when it was asked.
   * Absent: nothing does.
   */
  readonly shown?: { readonly topic: string; by(heard: Heard, before?: Heard): boolean };
}

/** One property of a component. */
export interface Field {
  /** Behind the component's name; empty for the component itself. */
  readonly suffix: string;
  readonly summary: string;
  readonly schema: JsonSchema;
  readonly source?: Source;
  readonly write?: FieldWrite;
  /** A measurement is as good as its time: one that the broker had kept is not reported. */
  readonly measured?: true;
  /** Told once, it becomes this again after a while (`off_delay`). */
  readonly returns?: { readonly afterMs: number; readonly from: unknown; readonly to: unknown };
}

export interface FieldWrite {
  readonly confirmation: Confirmation;
  /** What may be written, where that is less than what may be read. */
  readonly schema?: JsonSchema;
  send(value: unknown): Sending;
}

/** One command of a component. */
export interface Action {
  readonly suffix: string;
  readonly summary: string;
  readonly effect: Effect;
  readonly confirmation: Confirmation;
  readonly params: JsonSchema;
  send(params: Readonly<Record<string, unknown>>): Sending;
}

/** Something that happens. */
export interface Occurrence {
  readonly suffix: string;
  readonly summary: string;
  readonly data: JsonSchema;
  readonly topic: string;
  /** Its data; undefined if the message does not tell of it. */
  tell(heard: Heard): Readonly<Record<string, unknown>> | undefined;
}

/** What a component comes to. */
export interface Parts {
  readonly fields?: readonly (Field | undefined)[];
  readonly actions?: readonly (Action | undefined)[];
  readonly events?: readonly Occurrence[];
  /** What makes it safe, where that is evident. */
  readonly stop?: { readonly summary: string; readonly confirmation: Confirmation; send(): Sending };
}

export const noParams: JsonSchema = { type: 'object', properties: {}, additionalProperties: false };
