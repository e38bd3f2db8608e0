import { BellcrankError, type ByteConnection, type Clock, delay } from '../../src/driver/index.ts';
import { FrameExchange, type FrameCall } from '../../src/driver/frame.ts';
import { asReply, isBeginning, isException, isOfFunction, isRead, lateVerdict, succeeds } from './answers.ts';
import { exceptionError } from './exception.ts';
import { Hurry } from './hurry.ts';
import { LateReplies } from './late-replies.ts';
import { Owed } from './owed.ts';
import type { Request } from './pdu.ts';
import { TransactionIds } from './transaction-ids.ts';
import type { Adu, Wrapping } from './wrapping.ts';

export interface ClientOptions {
  readonly clock: Clock;
  readonly unit: number;
  readonly wrapping: Wrapping;
  readonly replyTimeoutMs: number;
  readonly quietMs: number;
  /** Silence before a request. */
  readonly gapMs: number;
  /** Silence that ends a frame that nobody asked for, and a response. */
  readonly frameGapMs: number;
  readonly responseGapMs: number;
  readonly unmatched: (what: string) => void;
}

/** Frames of others, or older ones, that a request skips before it gives up. */
const maxSkipped = 8;

/** Longest that a line may go on talking when it should fall silent. */
const maxTalkMs = 2000;

interface Asking {
  readonly id: number;
  readonly request: Request<unknown>;
  /** `connection.written` before it. */
  readonly written: number;
}

/** Turns the error that a response means into the one that it means for the whole command. */
export type Verdict = (error: unknown) => unknown;

const asItIs: Verdict = (error) => error;

type Decode<T> = (frames: readonly Uint8Array[]) => T;

/** The client's side of one unit: requests and their responses, over RTU or MBAP. */
export class ModbusClient {
  readonly #options: ClientOptions;
  readonly #connection: ByteConnection;
  readonly #exchange: FrameExchange;
  readonly #late: LateReplies;
  #asking: Asking | undefined;
  readonly #owed = new Owed();
  /** The last answer could have been that to an older request: then its own may still come. */
  #isInDoubt = false;
  /** The frame that is being looked at is this unit's. */
  #isOwnFrame = false;
  readonly #ids: TransactionIds;

  constructor(connection: ByteConnection, options: ClientOptions) {
    this.#options = options;
    this.#connection = connection;
    this.#late = new LateReplies(options.clock);
    this.#ids = new TransactionIds(options.unit, connection);
    this.#exchange = new FrameExchange(connection, {
      clock: options.clock,
      framing: options.wrapping.framing,
      replyTimeoutMs: options.replyTimeoutMs,
      quietMs: options.quietMs,
      gapMs: options.gapMs,
      interByteTimeoutMs: options.frameGapMs,
      peer: `unit ${options.unit} on ${connection.label}`,
      unmatched: (what) => this.#unmatched(what),
      onFrame: (frame) => this.#isOthers(frame),
    });
  }

  /** True if a response of this request's function may still come that is another request's. */
  owes(request: Request<unknown>): boolean {
    return this.#stillOwed().hasFunctionOf(request);
  }

  /** Asks, and tells what the response says. Exceptions are thrown as what they mean for the command (§7). */
  async ask<T>(call: FrameCall, request: Request<T>): Promise<T> {
    return await this.#query(call, request, this.#decoder(request, request.parse), false);
  }

  /** Asks what decides the whole command: `result` makes its result, also of a response that comes late. */
  async decide<T, R>(
    call: FrameCall,
    request: Request<T>,
    result: (value: T) => R,
    verdict: Verdict = asItIs,
  ): Promise<R> {
    const decode = this.#decoder(request, (reply) => result(request.parse(reply)), verdict);
    return await this.#query(call, request, decode, true);
  }

  /** In a dry run only shows what would be sent; otherwise asks. */
  async tell(call: FrameCall, request: Request<unknown>): Promise<void> {
    if (call.dryRun) await this.#exchange.send(call, this.#wrapped(request.pdu, this.#ids.upcoming));
    else await this.ask(call, request);
  }

  /**
   * Asks at once, whatever may still be under way. Undefined if what answers cannot be told from the answer to something
   * older, or nobody could listen: `settle` first, and ask again.
   */
  async askNow<T>(call: FrameCall, request: Request<T>, isFinal = false): Promise<{ readonly value: T } | undefined> {
    const owed = this.#stillOwed();
    const { hasIds } = this.#options.wrapping;
    if (!hasIds && !call.dryRun && owed.looksLike(request)) return await this.#askInDoubt(call, request);
    const isReply = (reply: Buffer): boolean => {
      if (isException(reply, request)) return !owed.hasFunctionOf(request);
      return succeeds(() => request.parse(reply));
    };
    const hurry = new Hurry(call, this.#options.clock);
    try {
      const decode = this.#decoder(request, request.parse);
      return { value: await this.#probe(hurry.call, request, decode, hasIds ? () => true : isReply, isFinal) };
    } catch (error) {
      if (!hurry.gaveUp || call.signal.aborted) throw error;
      await this.#urge(call, request);
      return undefined;
    } finally {
      hurry.end();
    }
  }

  /** Waits until nothing older can come any more. Rejects with `device-protocol` if the line is never quiet. */
  async settle(signal: AbortSignal): Promise<void> {
    const { quietMs } = this.#options;
    await this.#exchange.drain(quietMs, quietMs + maxTalkMs, signal);
    this.#isInDoubt = false;
  }

  /** False if the signal aborts meanwhile. */
  async pause(ms: number, signal: AbortSignal): Promise<boolean> {
    await delay(this.#options.clock, ms, signal).catch(() => {});
    return !signal.aborted;
  }

  /** Back in step: nothing older is under way when `request` has been answered. */
  async resync(call: FrameCall, request: Request<unknown> | undefined): Promise<void> {
    const { hasIds } = this.#options.wrapping;
    const isOwed = request !== undefined && this.owes(request);
    if (!hasIds || request === undefined) await this.settle(call.signal);
    if (request === undefined) return;
    await this.#probe(call, request, this.#decoder(request, asReply), isOfFunction(request), false);
    // The answer could have been the older one's: then its own is what now comes, or does not.
    if (!hasIds && isOwed) await this.settle(call.signal);
  }

  close(): void {
    this.#exchange.close();
  }

  /** Whichever answer comes first, another may follow. It is waited for only so that requests do not collide. */
  async #askInDoubt(call: FrameCall, request: Request<unknown>): Promise<undefined> {
    const hurry = new Hurry(call, this.#options.clock);
    this.#isInDoubt = true;
    try {
      await this.#probe(hurry.call, request, this.#decoder(request, asReply), isOfFunction(request), false);
    } catch (error) {
      call.signal.throwIfAborted();
      if (hurry.gaveUp) await this.#urge(call, request);
      else if (!(error instanceof BellcrankError)) throw error;
    } finally {
      hurry.end();
    }
    return undefined;
  }

  /** Writes a request on a line that is not free, where nobody could tell the answer. */
  async #urge(call: FrameCall, request: Request<unknown>): Promise<void> {
    const asking = this.#begin(request);
    try {
      await this.#exchange.urge(call, this.#wrapped(request.pdu, asking.id), true);
    } finally {
      this.#end(asking);
    }
  }

  async #query<T>(call: FrameCall, request: Request<unknown>, decode: Decode<T>, final: boolean): Promise<T> {
    if (this.#options.wrapping.hasIds) return await this.#probe(call, request, decode, () => true, final);
    if (this.#isInDoubt && !call.dryRun) await this.settle(call.signal);
    const asking = this.#begin(request);
    try {
      const frame = this.#wrapped(request.pdu, asking.id);
      return await this.#exchange.query(call, frame, {
        decode,
        final,
        interByteTimeoutMs: this.#options.responseGapMs,
      });
    } finally {
      this.#end(asking);
    }
  }

  async #probe<T>(
    call: FrameCall,
    request: Request<unknown>,
    decode: Decode<T>,
    isReply: (reply: Buffer) => boolean,
    final: boolean,
  ): Promise<T> {
    const asking = this.#begin(request);
    const { hasIds } = this.#options.wrapping;
    const frame = this.#wrapped(request.pdu, asking.id);
    try {
      return await this.#exchange.probe(call, frame, {
        decode,
        interByteTimeoutMs: this.#options.responseGapMs,
        isReply: (reply) => this.#isOwn(reply, isReply),
        maxSkipped,
        // With ids a late response is found by its id, not by its place.
        final: final && (call.dryRun || !hasIds),
      });
    } catch (error) {
      if (hasIds && final) this.#late.expect(asking.id, (reply) => call.late(lateVerdict(() => decode([reply]))));
      throw error;
    } finally {
      this.#end(asking);
    }
  }

  #begin(request: Request<unknown>): Asking {
    this.#stillOwed();
    const asking = { id: this.#ids.next(), request, written: this.#connection.written };
    this.#late.forget(asking.id);
    this.#asking = asking;
    return asking;
  }

  #end(asking: Asking): void {
    if (this.#connection.written === asking.written) this.#giveBack(asking);
    else if (!this.#isSettled) this.#owed.add(asking.request);
    if (this.#asking === asking) this.#asking = undefined;
    this.#isOwnFrame = false;
  }

  /** Nothing was written: the number was not used. */
  #giveBack({ id }: Asking): void {
    this.#late.forget(id);
    this.#ids.giveBack(id);
  }

  get #isSettled(): boolean {
    return this.#exchange.inStep && !this.#isInDoubt;
  }

  #stillOwed(): Owed {
    if (this.#isSettled) this.#owed.clear();
    return this.#owed;
  }

  #wrapped(pdu: Uint8Array, id: number): Uint8Array {
    return this.#options.wrapping.wrap(this.#options.unit, pdu, id);
  }

  #decoder<T>(request: Request<unknown>, parse: (reply: Buffer) => T, verdict = asItIs): Decode<T> {
    return ([frame = new Uint8Array()]) => {
      const { unit, pdu } = this.#openedReply(frame, request);
      if (unit !== this.#options.unit) throw new Error(`unit ${unit} answers, not unit ${this.#options.unit}`);
      try {
        if (isException(pdu, request)) throw exceptionError(pdu[1] ?? 0);
        return parse(pdu);
      } catch (error) {
        throw verdict(error);
      }
    };
  }

  #openedReply(frame: Uint8Array, request: Request<unknown>): Adu {
    const { wrapping } = this.#options;
    // An echo is cut where a response would end.
    const isEcho = !wrapping.hasIds && isRead(request) && isBeginning(frame, this.#wrapped(request.pdu, 0));
    if (isEcho) throw new Error('the line repeats what is sent; say `echo: true` for its connection');
    return wrapping.open(frame);
  }

  /** Only our own reply, or nonsense, which ends the wait as what it is. */
  #isOwn(frame: Uint8Array, isReply: (reply: Buffer) => boolean): boolean {
    const adu = this.#opened(frame);
    return adu === undefined || adu.unit !== this.#options.unit || isReply(adu.pdu);
  }

  /** True for a frame that is none of this unit's business, or that answers an older request for certain. */
  #isOthers(frame: Uint8Array): boolean {
    const { unit, wrapping } = this.#options;
    const asking = this.#asking;
    const adu = this.#opened(frame);
    if (adu === undefined) return asking === undefined && this.#exchange.inStep;
    if (wrapping.hasIds && adu.id !== undefined && adu.id !== asking?.id) {
      if (adu.unit === unit && !this.#late.take(adu.id, frame)) this.#report(`a response to nothing, id ${adu.id}`);
      return true;
    }
    this.#isOwnFrame = adu.unit === unit;
    if (wrapping.hasIds || this.#isOwnFrame) return false;
    // A response of another unit leaves the timeout running (Serial Line V1.02, §2.4.1).
    if (asking !== undefined) this.#report(`a response of unit ${adu.unit} while unit ${unit} was asked`);
    return true;
  }

  #opened(frame: Uint8Array): Adu | undefined {
    try {
      return this.#options.wrapping.open(frame);
    } catch {
      return undefined;
    }
  }

  /** Bytes that never became a frame are counted by whoever asked, frames by the unit that they name. */
  #unmatched(what: string): void {
    if (this.#asking !== undefined || !this.#exchange.inStep || this.#isOwnFrame) this.#report(what);
    this.#isOwnFrame = false;
  }

  #report(what: string): void {
    this.#options.unmatched(what);
  }
}
