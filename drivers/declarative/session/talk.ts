import {
  BellcrankError,
  type ByteConnection,
  type ByteWire,
  type Clock,
  DryRunEnd,
  type FrameCall,
  FrameExchange,
  type FrameQuery,
} from '../../../src/driver/index.ts';
import type { Exchange, LineSettings } from '../definition/definition.ts';
import { Ear } from './ear.ts';
import { equalBytes, framingOf, orPrompt } from './framing.ts';
import { refusalIn } from './judge.ts';
import type { Message } from './message.ts';
import { ReplyPlan } from './reply-plan.ts';
import { isAnswered, isFirstFrame, notTheEcho, shapeOf, unlessRefused, type Verdict } from './reply.ts';
import { timeouts, timing } from './timing.ts';

/** Turns the frames of a reply, without echo and prompt, into what an exchange was for. */
type Decode<T> = (replies: readonly Uint8Array[]) => T;

export interface AskOptions {
  /** The reply decides the whole command, and `decode` gives its result. */
  readonly final?: boolean;
  /** A first frame that stands in place of the whole reply, where `expect` does not match it. */
  readonly instead?: (frame: Uint8Array) => boolean;
  /** Replies of other devices on the line may come first; they are skipped. */
  readonly amongOthers?: boolean;
  /** What a refusal means for the command as a whole. */
  readonly verdict?: Verdict;
  /** Where what the device says of itself has been kept. */
  readonly ear?: Ear | undefined;
}

export interface TalkSettings {
  readonly line: LineSettings;
  readonly clock: Clock;
  readonly unmatched: (what: string) => void;
  /** True for what the device sends unasked. */
  readonly isUnsolicited: (frame: Uint8Array) => boolean;
}

/** Frames skipped while looking for a reply that can be told from all others. */
const maxSkipped = 32;

/** Messages and replies with one device, as a definition's line settings say: with echo, prompt and what it says unasked. */
export class Talk {
  readonly line: LineSettings;
  readonly clock: Clock;
  readonly #settings: TalkSettings;
  readonly #connection: ByteConnection;
  readonly #frames: FrameExchange;
  /** Of those who listen, the latest last: a command that lets others have the line meanwhile goes on listening. */
  readonly #ears: Ear[] = [];
  readonly #lost = new AbortController();
  #plan: ReplyPlan | undefined;
  #asking = false;
  /** Something has not come that nobody waits for any more, and may yet. */
  #owed = false;
  /** Asked since it was last in step: any of them may still be answered. */
  readonly #unsettled = new Set<Exchange>();

  constructor(connection: ByteConnection, settings: TalkSettings) {
    const { line, clock } = settings;
    this.line = line;
    this.clock = clock;
    this.#settings = settings;
    this.#connection = connection;
    const framing = framingOf(line.reply);
    this.#frames = new FrameExchange(connection, {
      ...timing(line),
      clock,
      framing: line.prompt === undefined ? framing : orPrompt(framing, line.prompt),
      unmatched: settings.unmatched,
      onFrame: (frame) => this.#isNoReply(frame),
    });
    void connection.closed.then(({ cause }) => this.#lost.abort(lost(connection.label, cause)));
  }

  /** False when something may still be under way that nobody waits for. */
  get inStep(): boolean {
    return this.#frames.inStep && !this.#owed;
  }

  /** Exchanges that may still be answered; those that silence alone has settled are among them until something answers. */
  get unsettled(): readonly Exchange[] {
    return [...this.#unsettled];
  }

  close(): void {
    this.#frames.close();
    this.#ears.length = 0;
    this.#lost.abort(lost(this.#connection.label, new Error('the session has ended')));
  }

  /** From now until it is closed, what the device says of itself is kept for an exchange that only listens. */
  listen(): Ear {
    const ear: Ear = new Ear(this.clock, this.#connection.label, () => {
      const at = this.#ears.indexOf(ear);
      if (at >= 0) this.#ears.splice(at, 1);
    });
    this.#ears.push(ear);
    return ear;
  }

  /** Sends a message and does not wait for whatever it is answered. */
  async send(call: FrameCall, { bytes, exchange }: Message, ear?: Ear): Promise<void> {
    if (bytes === undefined) return;
    if (isAnswered(exchange, this.line) && !call.dryRun) {
      this.#owed = true;
      this.#unsettled.add(exchange);
    }
    await this.#frames.send(this.#heeding(call, ear), bytes);
    this.#rest(exchange);
  }

  /** True while a message is kept from following too closely what went before it. */
  get isPaced(): boolean {
    return this.#frames.restMs > 0;
  }

  /** For a stop: sends a message at once, without regard to anything that went before it. */
  async urge(call: FrameCall, { bytes, exchange }: Message): Promise<void> {
    if (bytes === undefined) return;
    const isOwed = isAnswered(exchange, this.line);
    if (isOwed && !call.dryRun) this.#unsettled.add(exchange);
    await this.#frames.urge(this.#heeding(call), bytes, isOwed);
    this.#rest(exchange);
  }

  /**
   * One exchange: sends what there is to be sent and resolves with what `decode` makes of the reply; without `expect`,
   * echo and prompt are awaited where the line has them. Rejects with what the device refuses with, `device-timeout`,
   * `device-protocol`, `connection-lost`, the signal's reason; in a dry run with `DryRunEnd` where it would wait.
   */
  async ask<T>(call: FrameCall, message: Message, decode: Decode<T>, options: AskOptions = {}): Promise<T> {
    const { bytes, exchange } = message;
    if (bytes === undefined) return await this.#hear(call, message, decode, options);
    if (!isAnswered(exchange, this.line) || (call.dryRun && exchange.expect.length === 0)) {
      await this.send(call, message, options.ear);
      return decode([]);
    }
    if (this.#owed) await this.drain(call.signal);
    const heeding = this.#heeding(call, options.ear);
    const isReply = (frame: Uint8Array): boolean =>
      isFirstFrame(frame, message, this.line) || refusalIn(frame, exchange, message.known) !== undefined;
    return await this.#query(message, decode, options, (query) =>
      options.amongOthers === true
        ? this.#frames.probe(heeding, bytes, { ...query, isReply, maxSkipped })
        : this.#frames.query(heeding, bytes, query),
    );
  }

  /** An exchange whose reply can be told from any other: frames before it are older, and skipped. */
  async probe<T>(call: FrameCall, message: Message, decode: Decode<T>): Promise<T> {
    const { bytes } = message;
    if (bytes === undefined) return await this.ask(call, message, decode);
    const isReply = (frame: Uint8Array): boolean => isFirstFrame(frame, message, this.line);
    const value = await this.#query(message, decode, {}, (query) =>
      this.#frames.probe(this.#heeding(call), bytes, { ...query, isReply, maxSkipped }),
    );
    this.#owed = false;
    this.#unsettled.clear();
    return value;
  }

  /** Waits for silence: what is late has most likely come by then. */
  async drain(signal: AbortSignal): Promise<void> {
    const { quietMs, replyTimeoutMs } = this.line;
    await this.#frames.drain(quietMs, quietMs + Math.max(replyTimeoutMs, quietMs), signal);
    this.#owed = false;
  }

  async #query<T>(
    message: Message,
    decode: Decode<T>,
    options: AskOptions,
    run: (query: FrameQuery<T>) => Promise<T>,
  ): Promise<T> {
    const plan = new ReplyPlan(shapeOf(message, this.line, options.instead));
    const { exchange } = message;
    this.#plan = plan;
    this.#asking = true;
    this.#unsettled.add(exchange);
    const judged = (frames: readonly Uint8Array[]): T => {
      this.#asking = false;
      const { replies, wrongEcho } = plan.content(frames);
      if (wrongEcho !== undefined) throw notTheEcho(wrongEcho, message, this.line);
      return decode(unlessRefused(replies, message, options.verdict));
    };
    try {
      const { final } = options;
      return await run({ ...timeouts(exchange), next: plan.next, decode: judged, ...(final === true && { final }) });
    } finally {
      this.#asking = false;
      if (this.inStep) this.#unsettled.clear();
      this.#rest(exchange);
    }
  }

  /** What the device says of itself, frame by frame. */
  async #hear<T>(call: FrameCall, message: Message, decode: Decode<T>, options: AskOptions): Promise<T> {
    if (call.dryRun) throw new DryRunEnd(options.final ?? false);
    const { exchange } = message;
    const plan = new ReplyPlan({ ...shapeOf(message, this.line, options.instead), echo: undefined, prompt: undefined });
    const signal = AbortSignal.any([call.signal, this.#lost.signal]);
    const timeoutMs = exchange.replyTimeoutMs ?? this.line.replyTimeoutMs;
    const heard: Uint8Array[] = [];
    const ear = options.ear ?? this.listen();
    try {
      while (plan.next(heard) !== undefined) heard.push(await ear.next(timeoutMs, signal));
    } catch (error) {
      this.#owed = true;
      this.#unsettled.add(exchange);
      throw error;
    } finally {
      if (ear !== options.ear) ear.close();
    }
    return decode(unlessRefused(heard, message, options.verdict));
  }

  /** Sees every frame before it may answer anything. */
  #isNoReply(frame: Uint8Array): boolean {
    const { prompt } = this.line;
    if (this.#plan?.awaitsEcho(frame) === true) return false;
    if (prompt !== undefined && equalBytes(frame, prompt)) return this.#plan?.awaitsPrompt !== true;
    if (this.#settings.isUnsolicited(frame)) return true;
    return !this.#asking && this.#frames.inStep && this.#ears.at(-1)?.take(frame) === true;
  }

  /** What was heard before a message was sent has nothing to do with it. */
  #heeding(call: FrameCall, ear?: Ear): FrameCall {
    const write: ByteWire['write'] = async (bytes, options) => {
      ear?.forget();
      await call.wire.write(bytes, options);
    };
    return { signal: call.signal, dryRun: call.dryRun, wire: { write }, late: (result) => call.late(result) };
  }

  #rest({ gapMs }: Exchange): void {
    if (gapMs !== undefined) this.#frames.rest(gapMs);
  }
}

function lost(label: string, cause: Error): BellcrankError {
  return new BellcrankError('connection-lost', `the connection to ${label} was lost: ${cause.message}`, { cause });
}
