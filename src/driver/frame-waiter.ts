import type { Timer } from '../clock.ts';
import { asError, BellcrankError, messageOf } from '../errors.ts';
import type { FrameCall, FrameProbe, FrameQuery } from './frame-call.ts';
import { words } from './frame-words.ts';
import type { Framing } from './framing.ts';

type AnyQuery<T> = FrameQuery<T> & Partial<FrameProbe<T>>;

/** The type-free side of a waiter, which the exchange keeps. */
export interface PendingReply {
  /** `connection.written` when the query asked for its write. */
  readonly writtenBefore: number;
  /** `connection.written` when its own bytes left; a frame that began before answers something else. */
  readonly began: number;
  /** The write is over. Before, what comes may be its echo. */
  readonly hasLeft: boolean;
  /** The framing of the reply's next frame; undefined for the exchange's own. */
  readonly framing: Framing | undefined;
  /** False for a frame that was skipped. */
  accepts(frame: Uint8Array): boolean;
  readonly isExhausted: boolean;
  /** `more`: the reply has further frames. `nonsense`: it is settled, and the reply made no sense. */
  take(frame: Uint8Array): 'more' | 'settled' | 'nonsense';
  fail(error: Error): void;
  /** Silence that ends a frame of the reply; undefined for the exchange's own. */
  readonly interByteTimeoutMs: number | undefined;
  /**
   * For a frame that came after the end. `more`: the reply has further frames. `other`: it is none of the reply's.
   * `decided`: the reply is whole and was given to the command. `nothing`: it is whole and decides nothing.
   */
  takeLate(frame: Uint8Array): 'more' | 'other' | 'decided' | 'nothing';
}

/** One query's wait: settled once, by its reply, an error or an abort, and then without listeners or timers. */
export class FrameWaiter<T> implements PendingReply {
  readonly writtenBefore: number;
  #began = Infinity;
  #hasLeft = false;
  readonly #call: FrameCall;
  readonly #query: AnyQuery<T>;
  readonly #isText: boolean;
  readonly #onAbort: (waiter: PendingReply, reason: Error) => void;
  /** It may be settled while the query is still busy with its write, before anyone waits. */
  #settled: { readonly value: T } | Error | undefined;
  #waiting: PromiseWithResolvers<T> | undefined;
  #replyTimer: Timer | undefined;
  #totalTimer: Timer | undefined;
  readonly #frames: Uint8Array[] = [];
  #framing: Framing | undefined;
  #failure: BellcrankError | undefined;
  #skipped = 0;

  constructor(
    call: FrameCall,
    query: AnyQuery<T>,
    writtenBefore: number,
    isText: boolean,
    onAbort: (waiter: PendingReply, reason: Error) => void,
  ) {
    this.#call = call;
    this.#query = query;
    this.#isText = isText;
    this.#framing = query.next?.([]);
    this.writtenBefore = writtenBefore;
    this.#onAbort = onAbort;
    call.signal.addEventListener('abort', this);
  }

  /** To be asked for once. */
  get reply(): Promise<T> {
    if (this.#settled instanceof Error) return Promise.reject(this.#settled);
    if (this.#settled !== undefined) return Promise.resolve(this.#settled.value);
    this.#waiting = Promise.withResolvers();
    return this.#waiting.promise;
  }

  /** For the signal. */
  handleEvent(): void {
    this.#onAbort(this, asError(this.#call.signal.reason));
  }

  get framing(): Framing | undefined {
    return this.#framing;
  }

  get began(): number {
    return this.#began;
  }

  get hasLeft(): boolean {
    return this.#hasLeft;
  }

  /** The first call counts. */
  begin(written: number): void {
    this.#began = Math.min(this.#began, written);
  }

  left(written: number): void {
    this.begin(written);
    this.#hasLeft = true;
  }

  get interByteTimeoutMs(): number | undefined {
    return this.#query.interByteTimeoutMs;
  }

  get isExhausted(): boolean {
    return this.#skipped > (this.#query.maxSkipped ?? 0);
  }

  accepts(frame: Uint8Array): boolean {
    const { isReply } = this.#query;
    if (isReply === undefined || this.#frames.length > 0 || isReply(frame)) return true;
    this.#skipped++;
    return false;
  }

  /** Each takes the place of the one before it. */
  armReply(timer: Timer): void {
    this.#replyTimer?.cancel();
    this.#replyTimer = timer;
  }

  armTotal(timer: Timer): void {
    this.#totalTimer?.cancel();
    this.#totalTimer = timer;
  }

  take(frame: Uint8Array): 'more' | 'settled' | 'nonsense' {
    if (this.#isMore(frame)) return 'more';
    const { value } = this.#decode();
    if (value instanceof BellcrankError) this.fail(value);
    else this.#succeed(value);
    return isNonsense(value) ? 'nonsense' : 'settled';
  }

  fail(error: Error): void {
    this.#release();
    this.#settled = error;
    this.#waiting?.reject(error);
  }

  #succeed(value: T): void {
    this.#release();
    this.#settled = { value };
    this.#waiting?.resolve(value);
  }

  takeLate(frame: Uint8Array): 'more' | 'other' | 'decided' | 'nothing' {
    if (!this.accepts(frame)) return 'other';
    if (this.#isMore(frame)) return 'more';
    if (this.#query.final !== true) return 'nothing';
    const { value } = this.#decode();
    if (value instanceof BellcrankError && value.code === 'driver-fault') return 'nothing';
    this.#call.late(value);
    return 'decided';
  }

  /** Keeps a frame; a rule for the next one that throws ends the reply, and so does its error. */
  #isMore(frame: Uint8Array): boolean {
    this.#frames.push(frame);
    const { value: next } = this.#guard(() => this.#query.next?.(this.#frames));
    this.#failure = next instanceof BellcrankError ? next : undefined;
    if (next === undefined || next instanceof BellcrankError) return false;
    this.#framing = next;
    return true;
  }

  #decode(): { readonly value: T | BellcrankError } {
    return this.#failure === undefined ? this.#guard(() => this.#query.decode(this.#frames)) : { value: this.#failure };
  }

  #guard<V>(decode: () => V): { readonly value: V | BellcrankError } {
    try {
      return { value: decode() };
    } catch (error) {
      const damaged = error instanceof BellcrankError && error.damaged;
      if (error instanceof BellcrankError && !damaged) return { value: error };
      const { show } = words(this.#isText);
      const what = this.#frames.map(show).join(', ');
      if (isBug(error)) {
        const message = `the driver failed on the reply ${what}: ${messageOf(error)}`;
        return { value: new BellcrankError('driver-fault', message, { cause: error }) };
      }
      const message = `the reply ${what} makes no sense: ${messageOf(error)}`;
      return { value: new BellcrankError('device-protocol', message, { cause: error, damaged }) };
    }
  }

  #release(): void {
    this.#replyTimer?.cancel();
    this.#totalTimer?.cancel();
    this.#call.signal.removeEventListener('abort', this);
  }
}

/** What was read wrongly may just as well be nonsense. */
function isNonsense(value: unknown): boolean {
  return value instanceof BellcrankError && (value.code === 'device-protocol' || value.code === 'driver-fault');
}

/**
 * What the engine throws at a mistake in the code. What parsers throw at nonsense is none: `JSON.parse` and `BigInt` a
 * SyntaxError, Buffer a RangeError, TextDecoder a TypeError with a code.
 */
function isBug(error: unknown): boolean {
  return error instanceof ReferenceError || (error instanceof TypeError && !('code' in error));
}
