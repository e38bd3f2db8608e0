import { BellcrankError, messageOf } from '../errors.ts';
import type { Message, MessageConnection } from '../transport/connection.ts';
import { matchesFilter } from '../transport/topic-filter.ts';
import { ask, defaultTimeoutMs, isOurs, type Publication, settleLost, type TopicCall } from './asking.ts';
import type { Context } from './contract.ts';
import type { Presence } from './presence.ts';
import { CallWaiter, LateAnswers, release, type Waiter } from './topic-waiter.ts';

export type { Publication, TopicCall };

/** How an answer is recognised. */
export interface Expectation<T> {
  /**
   * The answer's value, or undefined if the message is not the answer. What it throws rejects the request: a
   * `device-refused`, say. It sees live messages only, and not the published one.
   */
  match(message: Message): T | undefined;
  /** The answer ends the handler, and its value is the handler's result. */
  readonly final?: boolean;
  /** From the end of the publish; the exchange's own by default. */
  readonly timeoutMs?: number;
}

export interface TopicExchangeOptions {
  /** Longest wait for an answer, 2000 by default. */
  readonly timeoutMs?: number;
  /**
   * Whether an answer that comes after its time resolves its command. Only for dialects whose answers carry something
   * that nobody else's message does, such as a transaction id. False by default.
   */
  readonly lateByContent?: boolean;
  /** Requests that wait for their answers at once, 32 by default. */
  readonly maxWaiting?: number;
  /** What the device tells after it went or started afresh answers nothing that it was asked before. */
  readonly presence?: Pick<Presence, 'starts'>;
}

interface Listener {
  readonly filter: string;
  readonly listener: (message: Message) => void;
}

/**
 * Publish and wait for the message that answers, for dialects that answer by content. A state that came before the
 * publish began, or that the broker had retained, never answers.
 */
export class TopicExchange {
  readonly #connection: MessageConnection;
  readonly #context: Pick<Context, 'clock' | 'log' | 'unmatched'>;
  readonly #options: TopicExchangeOptions;
  // Made when something is asked: most devices are never asked anything.
  #waiting: CallWaiter[] | undefined;
  #late: LateAnswers | undefined;
  #listeners: readonly Listener[] = [];
  #published = 0;
  /** One for all filters. */
  #hear: ((message: Message) => void) | undefined;

  constructor(
    connection: MessageConnection,
    context: Pick<Context, 'clock' | 'log' | 'unmatched'>,
    options: TopicExchangeOptions = {},
  ) {
    this.#connection = connection;
    this.#context = context;
    this.#options = options;
  }

  /**
   * Takes part in a filter's messages. Filters of one exchange must not overlap: a broker may deliver a message once
   * for each of them (MQTT 5.0 §3.3.4). Resolves, once granted, with the way to unsubscribe.
   */
  subscribe(filter: string): Promise<() => Promise<void>> {
    this.#hear ??= (message) => this.#receive(message);
    return this.#connection.subscribe(filter, this.#hear);
  }

  /** Takes part in a message that somebody else has subscribed to for it. */
  hear(message: Message): void {
    this.#receive(message);
  }

  /** Hears every message that fits, answers and retained ones included. Returns the way to stop. */
  on(filter: string, listener: (message: Message) => void): () => void {
    const entry = { filter, listener };
    this.#listeners = [...this.#listeners, entry];
    return () => {
      this.#listeners = this.#listeners.filter((each) => each !== entry);
    };
  }

  /**
   * Publishes through the call and resolves with the answer's value. Rejects with what `match` threw, with
   * `device-timeout`, with the reason of the call's signal, with `connection-lost`, or as the publish does; ends a dry
   * run after the publish.
   */
  async request<T>(call: TopicCall, publication: Publication, expected: Expectation<T>): Promise<T> {
    call.signal.throwIfAborted();
    const waiter = this.#register(publication, expected);
    if (!call.dryRun) waiter.sequence = ++this.#published;
    const timeoutMs = expected.timeoutMs ?? this.#options.timeoutMs ?? defaultTimeoutMs;
    const { clock } = this.#context;
    const terms = { clock, connection: this.#connection, timeoutMs, complete: expected.final ?? false };
    try {
      return await ask<T>(waiter, call, publication, terms);
    } finally {
      this.#release(waiter, expected.final === true ? (result): void => call.late(result) : undefined);
    }
  }

  /** The device is known to be in step again: what would have been a late answer no longer is one. */
  forget(): void {
    this.#late?.forget();
  }

  #register(asked: Publication, expected: Expectation<unknown>): CallWaiter {
    const { maxWaiting = 32, presence } = this.#options;
    const waiting = (this.#waiting ??= this.#begin());
    if (waiting.length >= maxWaiting) {
      throw new BellcrankError('busy', `${maxWaiting} requests already wait for answers; nothing was sent`);
    }
    const starts = presence?.starts;
    const waiter = new CallWaiter((message) =>
      presence?.starts !== starts || isOurs(asked, message) ? undefined : expected.match(message),
    );
    waiting.push(waiter);
    return waiter;
  }

  /** From now on somebody may wait when the connection goes. */
  #begin(): CallWaiter[] {
    const waiting: CallWaiter[] = [];
    if (!this.#connection.isOpen) return waiting;
    void this.#connection.closed.then((closed) => {
      this.forget();
      settleLost(waiting, closed);
    });
    return waiting;
  }

  #release(waiter: Waiter, late: ((result: unknown) => void) | undefined): void {
    const mayStillCome = waiter.expired && waiter.begun;
    if (this.#waiting !== undefined) release(this.#waiting, waiter);
    if (!mayStillCome || !this.#connection.isOpen) return;
    this.#late ??= new LateAnswers();
    this.#late.keep(waiter, late);
  }

  #receive(message: Message): void {
    const waiter = message.retained ? undefined : this.#settleWaiting(message);
    const answered = waiter !== undefined || (!message.retained && this.#settleLate(message));
    // What else the answer tells, it tells because it was asked for.
    const heard = waiter === undefined ? this.#tell(message) : waiter.within(() => this.#tell(message));
    if (!message.retained && !answered && !heard) this.#context.unmatched(`message on ${message.topic}`);
  }

  #settleWaiting(message: Message): CallWaiter | undefined {
    for (const waiter of this.#waiting ?? []) {
      if (waiter.settled || !waiter.begun) continue;
      const settled = waiter.try(message);
      if (settled === undefined) continue;
      waiter.settle(settled);
      return waiter;
    }
    return undefined;
  }

  #settleLate(message: Message): boolean {
    const taken = this.#late?.take(message, this.#options.lateByContent === true ? this.#published : undefined);
    if (taken === 'doubtful') this.#context.unmatched(`late answer on ${message.topic}`);
    return taken !== undefined;
  }

  #tell(message: Message): boolean {
    const fitting = this.#listeners.filter(({ filter }) => matchesFilter(filter, message.topic));
    for (const { listener } of fitting) {
      try {
        listener(message);
      } catch (error) {
        this.#context.log.error({ topic: message.topic, error: messageOf(error) }, 'a message listener failed');
      }
    }
    return fitting.length > 0;
  }
}
