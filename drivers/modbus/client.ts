import { BellcrankError, type ByteConnection, type Clock } from '../../src/driver/index.ts';
import { FrameExchange, type FrameCall } from '../../src/driver/frame.ts';
import { exceptionError } from './exception.ts';
import { LateReplies } from './late-replies.ts';
import type { Request } from './pdu.ts';
import type { Adu, Wrapping } from './wrapping.ts';

export interface ClientOptions {
  readonly clock: Clock;
  readonly unit: number;
  readonly wrapping: Wrapping;
  readonly replyTimeoutMs: number;
  readonly quietMs: number;
  /** Silence before a request. */
  readonly gapMs: number;
  /** How long a character is under way after the operating system has taken it; 0 where nobody knows. */
  readonly characterMs: number;
  readonly unmatched: (what: string) => void;
}

/** Frames of others, or older ones, that a request skips before it gives up. */
const maxSkipped = 8;

/** Longest that a line may go on talking when it should fall silent. */
const maxTalkMs = 2000;

interface Asking {
  readonly id: number;
  readonly code: number;
}

/** The client's side of one unit: requests and their responses, over RTU or MBAP. */
export class ModbusClient {
  readonly #options: ClientOptions;
  readonly #exchange: FrameExchange;
  readonly #late = new LateReplies();
  #asking: Asking | undefined;
  /** Without ids: function of a request whose response may still come. */
  #owed: number | undefined;
  /** The frame that is being looked at is this unit's. */
  #isOwnFrame = false;
  /** Units on one gateway begin at different numbers. */
  #lastId: number;

  constructor(connection: ByteConnection, options: ClientOptions) {
    this.#options = options;
    this.#lastId = options.unit << 8;
    this.#exchange = new FrameExchange(connection, {
      clock: options.clock,
      framing: options.wrapping.framing,
      replyTimeoutMs: options.replyTimeoutMs,
      quietMs: options.quietMs,
      gapMs: options.gapMs,
      peer: `unit ${options.unit} on ${connection.label}`,
      unmatched: (what) => this.#unmatched(what),
      onFrame: (frame) => this.#isOthers(frame),
    });
  }

  /** Function of a request that went without its response; undefined when none may still come. */
  get owed(): number | undefined {
    return this.#exchange.inStep ? undefined : this.#owed;
  }

  /** Asks, and tells what the response says. Exceptions are thrown as what they mean for the command (§7). */
  async ask<T>(call: FrameCall, request: Request<T>): Promise<T> {
    return await this.#query(call, request, request.parse, false);
  }

  /** Asks what decides the whole command: `result` makes its result, also of a response that comes late. */
  async decide<T, R>(call: FrameCall, request: Request<T>, result: (value: T) => R): Promise<R> {
    return await this.#query(call, request, (reply) => result(request.parse(reply)), true);
  }

  /** In a dry run only shows what would be sent; otherwise asks. */
  async tell(call: FrameCall, request: Request<unknown>): Promise<void> {
    if (call.dryRun) await this.#exchange.send(call, this.#wrapped(request.pdu, this.#nextId()));
    else await this.ask(call, request);
  }

  /** Asks at once, whatever may still be under way: only a response that can be told from an older one counts. */
  async askNow<T>(call: FrameCall, request: Request<T>, isFinal = false): Promise<T> {
    const { owed } = this;
    const isReply = (reply: Buffer): boolean => {
      if (isException(reply, request)) return owed !== request.pdu[0];
      return succeeds(() => request.parse(reply));
    };
    return await this.#probe(call, request, request.parse, isReply, isFinal);
  }

  /** Back in step: nothing older is under way when `request` has been answered. */
  async resync(call: FrameCall, request: Request<unknown> | undefined): Promise<void> {
    const { hasIds } = this.#options.wrapping;
    const { owed } = this;
    if (!hasIds || request === undefined) await this.#drain(call.signal);
    if (request === undefined) return;
    const isReply = (reply: Buffer): boolean => ((reply[0] ?? 0) & 0x7f) === request.pdu[0];
    await this.#probe(call, request, (reply) => reply, isReply, false);
    // The answer could have been the older one's: then its own is what now comes, or does not.
    if (!hasIds && owed === request.pdu[0]) await this.#drain(call.signal);
  }

  close(): void {
    this.#exchange.close();
  }

  async #drain(signal: AbortSignal): Promise<void> {
    const { quietMs } = this.#options;
    await this.#exchange.drain(quietMs, quietMs + maxTalkMs, signal);
  }

  async #query<T>(call: FrameCall, request: Request<unknown>, parse: (reply: Buffer) => T, final: boolean): Promise<T> {
    if (this.#options.wrapping.hasIds) return await this.#probe(call, request, parse, () => true, final);
    const asking = this.#begin(request);
    try {
      const frame = this.#wrapped(request.pdu, asking.id);
      const timeoutMs = this.#timeoutOf(frame);
      return await this.#exchange.query(call, frame, { decode: this.#decoder(request, parse), final, timeoutMs });
    } finally {
      this.#end(asking);
    }
  }

  async #probe<T>(
    call: FrameCall,
    request: Request<unknown>,
    parse: (reply: Buffer) => T,
    isReply: (reply: Buffer) => boolean,
    final: boolean,
  ): Promise<T> {
    const asking = this.#begin(request);
    const decode = this.#decoder(request, parse);
    const { hasIds } = this.#options.wrapping;
    const frame = this.#wrapped(request.pdu, asking.id);
    try {
      return await this.#exchange.probe(call, frame, {
        decode,
        timeoutMs: this.#timeoutOf(frame),
        isReply: (reply) => this.#isOwn(reply, isReply),
        maxSkipped,
        // With ids a late response is found by its id, not by its place.
        final: final && (call.dryRun || !hasIds),
      });
    } catch (error) {
      if (hasIds && final) this.#late.expect(asking.id, (reply) => call.late(late(() => decode([reply]))));
      throw error;
    } finally {
      this.#end(asking);
    }
  }

  /** A long request takes its time on a slow line before anybody can answer it. */
  #timeoutOf(frame: Uint8Array): number {
    return this.#options.replyTimeoutMs + frame.length * this.#options.characterMs;
  }

  #begin(request: Request<unknown>): Asking {
    const asking = { id: this.#nextId(), code: request.pdu[0] ?? 0 };
    this.#asking = asking;
    return asking;
  }

  #end(asking: Asking): void {
    if (!this.#exchange.inStep) this.#owed = asking.code;
    if (this.#asking === asking) this.#asking = undefined;
    this.#isOwnFrame = false;
  }

  #nextId(): number {
    this.#lastId = (this.#lastId + 1) & 0xff_ff;
    return this.#lastId;
  }

  #wrapped(pdu: Uint8Array, id: number): Uint8Array {
    return this.#options.wrapping.wrap(this.#options.unit, pdu, id);
  }

  #decoder<T>(request: Request<unknown>, parse: (reply: Buffer) => T): (frames: readonly Uint8Array[]) => T {
    return ([frame = new Uint8Array()]) => {
      const { unit, pdu } = this.#options.wrapping.open(frame);
      if (unit !== this.#options.unit) throw new Error(`unit ${unit} answers, not unit ${this.#options.unit}`);
      if (isException(pdu, request)) throw exceptionError(pdu[1] ?? 0);
      return parse(pdu);
    };
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

/** §7: the function with its highest bit set, and a code. */
function isException(reply: Buffer, request: Request<unknown>): boolean {
  return reply.length === 2 && reply[0] === ((request.pdu[0] ?? 0) | 0x80);
}

function succeeds(parse: () => unknown): boolean {
  try {
    parse();
    return true;
  } catch {
    return false;
  }
}

function late<R>(decode: () => R): R | BellcrankError {
  try {
    return decode();
  } catch (error) {
    if (error instanceof BellcrankError) return error;
    return new BellcrankError('device-protocol', 'the late response makes no sense', { cause: error });
  }
}
