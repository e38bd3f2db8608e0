import { BellcrankError } from '../errors.ts';
import type { Message, MessageConnection } from '../transport/connection.ts';
import { ask, defaultTimeoutMs, isOurs, type Publication, settleLost, type TopicCall } from './asking.ts';
import type { Context } from './contract.ts';
import { RpcIds, type RpcIdSource } from './rpc-ids.ts';
import { type Kept, release, resolveLate, Waiter } from './topic-waiter.ts';

/** How an answer is read. */
export interface RpcAnswer<T> {
  /**
   * The answer's value. What it throws rejects the request: a `device-refused`, or `device-protocol` for nonsense. It
   * sees the live message that carries the request's own id, and no other; not the request itself.
   */
  read(message: Message): T;
  /**
   * True: the answer ends the handler, and its value is the handler's result, however late it comes. `refusal`: only a
   * refusal ends it, since more follows what succeeds. False by default.
   */
  readonly final?: boolean | 'refusal';
  /** From the end of the publish; the exchange's own by default. */
  readonly timeoutMs?: number;
}

export interface RpcExchangeOptions {
  /** The id in a message on a topic for answers; undefined if there is none. */
  idOf(message: Message): string | undefined;
  readonly ids?: RpcIdSource;
  /** Longest wait for an answer, 2000 by default. */
  readonly timeoutMs?: number;
  /** Requests that wait for their answers at once, 32 by default. */
  readonly maxWaiting?: number;
}

/** Requests whose time is over and whose answers are still known. */
const maxExpired = 256;

/**
 * Request and answer over messages, for dialects whose answers carry the id of their request. Many may wait at once, and
 * an answer settles its own and no other, in any order. One that comes after its time resolves its command, whatever was
 * asked since. Everything else on the topics for answers is counted, what the broker had retained included.
 */
export class RpcExchange {
  readonly #connection: MessageConnection;
  readonly #context: Pick<Context, 'clock' | 'unmatched'>;
  readonly #options: RpcExchangeOptions;
  readonly #ids: RpcIdSource;
  // Made when something is asked: most devices of thousands are never asked anything.
  #waiting: Waiter[] | undefined;
  /** The oldest first. */
  #expired: Map<string, Kept> | undefined;

  constructor(
    connection: MessageConnection,
    context: Pick<Context, 'clock' | 'unmatched'> & Partial<Pick<Context, 'randomBytes'>>,
    options: RpcExchangeOptions,
  ) {
    this.#connection = connection;
    this.#context = context;
    this.#options = options;
    this.#ids = options.ids ?? new RpcIds(context.randomBytes);
  }

  /** Takes answers from a filter's topics. Resolves, once granted, with the way to unsubscribe. */
  subscribe(filter: string): Promise<() => Promise<void>> {
    return this.#connection.subscribe(filter, (message) => this.receive(message));
  }

  /** A message that should be an answer; for whoever subscribed to its topic itself. */
  receive(message: Message): void {
    const { topic } = message;
    if (message.retained) return this.#context.unmatched(`retained message on ${topic}`);
    const id = this.#options.idOf(message);
    if (id === undefined) return this.#context.unmatched(`message without an id on ${topic}`);
    if (this.#settle(id, message) || this.#settleLate(id, message)) return;
    this.#context.unmatched(`answer to nobody's request on ${topic}`);
  }

  /**
   * Publishes what `publication` makes of a fresh id, through the call, and resolves with the value of its answer. Rejects
   * with what `read` threw, with `busy` if too many wait, with `device-timeout`, with the reason of the call's signal, with
   * `connection-lost`, or as the publish does; ends a dry run after the publish.
   */
  async request<T>(call: TopicCall, publication: (id: string) => Publication, expected: RpcAnswer<T>): Promise<T> {
    call.signal.throwIfAborted();
    const id = this.#ids.next();
    const asked = publication(id);
    const waiting = (this.#waiting ??= this.#begin());
    const waiter = this.#register(waiting, id, asked, expected);
    const timeoutMs = expected.timeoutMs ?? this.#options.timeoutMs ?? defaultTimeoutMs;
    const { clock } = this.#context;
    const terms = { clock, connection: this.#connection, timeoutMs, complete: expected.final === true };
    try {
      return (await ask<Box<T>>(waiter, call, asked, terms)).value;
    } finally {
      release(waiting, waiter);
      if (waiter.expired && waiter.begun && this.#connection.isOpen) this.#keep(id, waiter, lateOf(call, expected));
    }
  }

  #register(waiting: Waiter[], id: string, asked: Publication, expected: RpcAnswer<unknown>): Waiter {
    const { maxWaiting = 32 } = this.#options;
    if (waiting.length >= maxWaiting) {
      throw new BellcrankError('busy', `${maxWaiting} requests already wait for answers; nothing was sent`);
    }
    const waiter = new Waiter(
      (message): Box<unknown> | undefined => (isOurs(asked, message) ? undefined : { value: expected.read(message) }),
      id,
    );
    waiting.push(waiter);
    return waiter;
  }

  /** From now on somebody may wait when the connection goes. */
  #begin(): Waiter[] {
    const waiting: Waiter[] = [];
    void this.#connection.closed.then((closed) => {
      this.#expired = undefined;
      settleLost(waiting, closed);
    });
    return waiting;
  }

  #settle(id: string, message: Message): boolean {
    const waiter = this.#waiting?.find((each) => each.id === id);
    if (waiter === undefined || waiter.settled || !waiter.begun) return false;
    const settled = waiter.try(message);
    if (settled !== undefined) waiter.settle(settled);
    return true;
  }

  #settleLate(id: string, message: Message): boolean {
    const kept = this.#expired?.get(id);
    const settled = kept?.waiter.try(message);
    if (kept === undefined || settled === undefined) return false;
    this.#expired?.delete(id);
    if (!resolveLate(kept, settled)) this.#context.unmatched(`late answer on ${message.topic}`);
    return true;
  }

  #keep(id: string, waiter: Waiter, late: Kept['late']): void {
    const expired = (this.#expired ??= new Map());
    expired.set(id, { waiter, late });
    if (expired.size <= maxExpired) return;
    for (const oldest of expired.keys()) {
      expired.delete(oldest);
      return;
    }
  }
}

/** What was read, in a box: a waiter takes undefined for no answer. */
interface Box<T> {
  readonly value: T;
}

/** What a late answer may still tell the command. */
function lateOf(call: TopicCall, { final = false }: RpcAnswer<unknown>): Kept['late'] {
  if (final === false) return undefined;
  return (result) => {
    if (result instanceof BellcrankError) call.late(result);
    // Made by the waiter above.
    else if (final === true) call.late((result as Box<unknown>).value);
  };
}
