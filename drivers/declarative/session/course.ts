import {
  BellcrankError,
  type ByteWire,
  type Call,
  delay,
  type Evidence,
  type FrameCall,
  latin1,
} from '../../../src/driver/index.ts';
import type { Exchange, Repeat, Step } from '../definition/definition.ts';
import type { Ear } from './ear.ts';
import { matches, readReply, shown } from './judge.ts';
import { type Message, messageOf } from './message.ts';
import type { AskOptions, Talk } from './talk.ts';
import type { Fields, Known } from './values.ts';

/** A step whose message is printed: what cannot be sent is refused before anything is. */
export type Prepared =
  | { readonly kind: 'exchange'; readonly message: Message }
  | { readonly kind: 'wait'; readonly ms: number }
  | { readonly kind: 'repeat'; readonly message: Message; readonly repeat: Repeat };

/** Throws `invalid-request` for values that a message cannot tell. */
export function prepare(steps: readonly Step[], known: Known, terminator: Uint8Array): Prepared[] {
  return steps.map((step) => {
    if (step.kind === 'wait') return { kind: step.kind, ms: step.ms };
    if (step.kind === 'exchange') return { kind: step.kind, message: messageOf(step, known, terminator) };
    return { kind: step.kind, message: messageOf(step.exchange, known, terminator), repeat: step };
  });
}

export interface CourseSettings {
  /** Whether steps that were carried out may have changed something. */
  readonly mayChange: boolean;
  /** Lets others have the line between the rounds of a repetition. */
  readonly long?: Pick<Call<ByteWire>, 'progress' | 'yield'>;
  /** Replies of other devices on the line may still come. */
  readonly amongOthers?: boolean;
  /** Gives the command's result, where the last reply decides it. */
  readonly finish?: (fields: Fields) => unknown;
}

/** Longest that a `long` command keeps the line to itself while it waits for its next round. */
const sliceMs = 50;

/** One run of a list of steps, and what has come of it so far. */
export class Course {
  readonly #talk: Talk;
  readonly #call: FrameCall;
  readonly #settings: CourseSettings;
  #fields: Fields = {};
  #sent: string[] = [];
  #reply: string | undefined;
  #ear: Ear | undefined;

  constructor(talk: Talk, call: FrameCall, settings: CourseSettings) {
    this.#talk = talk;
    this.#call = call;
    this.#settings = settings;
  }

  /** Fields of all replies so far; later ones of the same name replace earlier ones. */
  get fields(): Fields {
    return this.#fields;
  }
  /** Messages sent so far. */
  get sent(): readonly string[] {
    return this.#sent;
  }
  /** What acknowledged the last exchange; undefined if it had no reply. */
  get evidence(): { readonly sent: string; readonly reply: string } | undefined {
    return this.#reply === undefined ? undefined : { sent: this.#sent.at(-1) ?? '', reply: this.#reply };
  }

  /** Rejects with what the first step that went wrong rejected with; nothing is sent after it. */
  async run(steps: readonly Prepared[]): Promise<void> {
    try {
      for (const [index, step] of steps.entries()) await this.step(step, steps.slice(index + 1));
    } finally {
      this.deafen();
    }
  }

  /** Hears no more of what the device says of itself. */
  deafen(): void {
    this.#ear?.close();
    this.#ear = undefined;
  }

  /** One step; `rest` are those that follow it. */
  async step(step: Prepared, rest: readonly Prepared[]): Promise<void> {
    if (step.kind === 'wait') return await this.#pause(step.ms);
    if (isListening(step) || isListening(rest.find(({ kind }) => kind !== 'wait'))) this.#ear ??= this.#talk.listen();
    if (step.kind === 'repeat') await this.#repeat(step);
    else await this.#exchange(step.message, rest.length === 0);
  }

  async #exchange(message: Message, isLast: boolean): Promise<void> {
    const { finish } = this.#settings;
    const decode = (replies: readonly Uint8Array[]): unknown => {
      this.#keep(message.exchange, replies, readReply(replies, message.exchange, message.known));
      return finish?.(this.#fields);
    };
    await this.#ask(message, decode, { final: isLast && finish !== undefined });
  }

  async #repeat({ message, repeat }: Prepared & { kind: 'repeat' }): Promise<void> {
    const { clock } = this.#talk;
    const until = clock.monotonic() + repeat.withinMs;
    for (;;) {
      const replies = await this.#round(message, repeat);
      if (replies === undefined) return;
      this.#settings.long?.progress(progressOf(this.#fields));
      // A pause of nothing would leave nobody else a turn.
      const pauseMs = Math.max(1, repeat.everyMs);
      if (clock.monotonic() + pauseMs > until) throw notDone(repeat, replies);
      await this.#between(pauseMs);
    }
  }

  /** The reply, while it says "not yet". */
  async #round(
    message: Message,
    { exchange, until, while: notYet }: Repeat,
  ): Promise<readonly Uint8Array[] | undefined> {
    const instead = (frame: Uint8Array): boolean =>
      notYet !== undefined && matches(frame, notYet, exchange, message.known);
    const decode = (replies: readonly Uint8Array[]): readonly Uint8Array[] | undefined => {
      const [first] = replies;
      const [expected] = exchange.expect;
      const isExpected = first !== undefined && expected !== undefined;
      if (isExpected && !matches(first, expected, exchange, message.known) && instead(first)) return replies;
      const fields = readReply(replies, exchange, message.known);
      this.#keep(exchange, replies, fields);
      return Object.entries(until).every(([name, value]) => fields[name] === value) ? undefined : replies;
    };
    return await this.#ask(message, decode, { instead });
  }

  async #ask<T>(message: Message, decode: (replies: readonly Uint8Array[]) => T, options: AskOptions): Promise<T> {
    const before = this.#sent.length;
    const verdict = (refusal: BellcrankError): BellcrankError =>
      this.#settings.mayChange && before > 0 ? afterOthers(refusal, before) : refusal;
    if (message.bytes !== undefined) this.#sent.push(message.text);
    this.#reply = undefined;
    const { amongOthers = false } = this.#settings;
    return await this.#talk.ask(this.#call, message, decode, { ...options, verdict, amongOthers, ear: this.#ear });
  }

  #keep({ expect }: Exchange, replies: readonly Uint8Array[], fields: Fields): void {
    this.#fields = { ...this.#fields, ...fields };
    if (expect.length > 0) this.#reply = replies.map((frame) => latin1(frame)).join('\n');
  }

  /** Others wait for the line no longer than for one slice. */
  async #between(ms: number): Promise<void> {
    const { long } = this.#settings;
    if (long === undefined) return await this.#pause(ms);
    for (let left = ms; left > 0; left -= sliceMs) {
      await this.#pause(Math.min(left, sliceMs));
      await long.yield();
    }
  }

  async #pause(ms: number): Promise<void> {
    if (!this.#call.dryRun) await delay(this.#talk.clock, ms, this.#call.signal);
  }
}

/** The messages alone, without waiting for what answers them. */
export async function sendOnly(talk: Talk, call: FrameCall, steps: readonly Prepared[]): Promise<void> {
  for (const step of steps) {
    if (step.kind !== 'wait') await talk.send(call, step.message);
    else if (!call.dryRun) await delay(talk.clock, step.ms, call.signal);
  }
}

/** Whether it waits for what the device says of itself. */
export function isListening(step: Prepared | undefined): boolean {
  return step !== undefined && step.kind !== 'wait' && step.message.bytes === undefined;
}

/**
 * A refusal means that nothing changed. After other messages of the same command it does not: then the command has
 * failed half-way, and that is what is told, in the device's words.
 */
export function afterOthers(refusal: BellcrankError, count: number): BellcrankError {
  const { device, message } = refusal;
  const what = `${message}; that was after ${count} other ${count === 1 ? 'message' : 'messages'} of the command`;
  return new BellcrankError('device-failed', what, {
    outcome: 'failed',
    cause: refusal,
    ...(device !== undefined && { device }),
  });
}

function notDone({ withinMs }: Repeat, replies: readonly Uint8Array[]): BellcrankError {
  const said = replies.map(shown).join(', ');
  return new BellcrankError('device-timeout', `the device was not done within ${withinMs} ms; it last said ${said}`);
}

function progressOf(fields: Fields): Evidence {
  const told: Record<string, string | number | boolean> = {};
  for (const [name, value] of Object.entries(fields)) {
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') told[name] = value;
  }
  return told;
}
