import type { Clock, Timer } from '../clock.ts';
import { type ByteWire, type Call, DryRunEnd, type MessageWire } from '../driver/contract.ts';
import { BellcrankError } from '../errors.ts';
import type { ByteConnection, Connection } from '../transport/connection.ts';
import type { Handler } from './session.ts';

/** What is sent as it is; the reply, where one is wanted, is whatever the line says next. */
export interface RawBytes {
  readonly bytes: Uint8Array;
  readonly reply?: ReplyWanted | undefined;
}

export interface ReplyWanted {
  /** From the end of the write. */
  readonly timeoutMs: number;
  readonly maxBytes: number;
  /** What ends it: these bytes, or silence. */
  readonly until: 'quiet' | Uint8Array;
}

export interface RawMessage {
  readonly topic: string;
  readonly payload: string;
  readonly qos: 0 | 1 | 2;
}

export type Raw = RawBytes | RawMessage;

/** What came back, and why no more was waited for. */
export interface RawReply {
  readonly bytes: Uint8Array;
  readonly ended: 'terminator' | 'quiet' | 'full' | 'timeout';
}

export interface RawParts {
  readonly clock: Clock;
  /** Silence that ends a reply. */
  readonly quietMs: number;
}

/** The handler of one raw command. Resolves with the reply, or undefined if none was asked for. */
export function rawHandler(connection: Connection | null, raw: Raw, parts: RawParts): Handler {
  return async (call) => {
    if ('topic' in raw) return await publish(call as Call<MessageWire>, connection, raw); // its shape is checked there
    if (connection?.shape !== 'bytes') throw misfit('bytes');
    return await exchange(call as Call<ByteWire>, connection, raw, parts); // bytes go over byte wires
  };
}

async function publish(
  call: Call<MessageWire>,
  connection: Connection | null,
  { topic, payload, qos }: RawMessage,
): Promise<undefined> {
  if (connection?.shape !== 'messages') throw misfit('messages');
  await call.wire.publish(topic, payload, { qos });
  return undefined;
}

async function exchange(
  call: Call<ByteWire>,
  connection: ByteConnection,
  { bytes, reply }: RawBytes,
  parts: RawParts,
): Promise<RawReply | undefined> {
  if (call.dryRun || reply === undefined) {
    await call.wire.write(bytes);
    if (reply !== undefined) throw new DryRunEnd(true);
    return undefined;
  }
  const listening = new Listening(connection, reply, parts, call.signal);
  try {
    await call.wire.write(bytes);
    return await listening.reply();
  } finally {
    listening.end();
  }
}

/** Keeps what the line says after a write. The driver hears it too, and counts it as unmatched. */
class Listening {
  readonly #wanted: ReplyWanted;
  readonly #parts: RawParts;
  readonly #signal: AbortSignal;
  readonly #settled = Promise.withResolvers<RawReply>();
  readonly #cleanups: (() => void)[] = [];
  #heard = Buffer.alloc(0);
  #quiet: Timer | undefined;

  constructor(connection: ByteConnection, wanted: ReplyWanted, parts: RawParts, signal: AbortSignal) {
    this.#wanted = wanted;
    this.#parts = parts;
    this.#signal = signal;
    const before = connection.written;
    // What came before the write began answers something else.
    const hear = (chunk: Uint8Array): void => (connection.written === before ? undefined : this.#hear(chunk));
    const onAbort = (): void => this.#settled.reject(signal.reason as Error);
    this.#cleanups.push(connection.onData(hear), () => signal.removeEventListener('abort', onAbort));
    signal.addEventListener('abort', onAbort, { once: true });
    this.#settled.promise.catch(() => {});
  }

  async reply(): Promise<RawReply> {
    this.#signal.throwIfAborted();
    const { clock } = this.#parts;
    const timer = clock.timer(this.#wanted.timeoutMs, () => void clock.ioTurn().then(() => this.#settle('timeout')));
    this.#cleanups.push(() => timer.cancel());
    return await this.#settled.promise;
  }

  end(): void {
    this.#quiet?.cancel();
    for (const cleanup of this.#cleanups) cleanup();
  }

  #hear(chunk: Uint8Array): void {
    const { maxBytes, until } = this.#wanted;
    this.#heard = Buffer.concat([this.#heard, chunk]);
    if (until !== 'quiet') {
      const end = this.#heard.indexOf(until);
      if (end >= 0 && end + until.length <= maxBytes) return this.#settle('terminator', end + until.length);
    }
    if (this.#heard.length >= maxBytes) return this.#settle('full', maxBytes);
    if (until === 'quiet') this.#awaitQuiet();
  }

  #awaitQuiet(): void {
    const { clock, quietMs } = this.#parts;
    const before = this.#heard.length;
    this.#quiet?.cancel();
    this.#quiet = clock.timer(quietMs, () => {
      // Timers run before input that is waiting already.
      void clock.ioTurn().then(() => {
        if (this.#heard.length === before) this.#settle('quiet');
      });
    });
  }

  #settle(ended: RawReply['ended'], length = this.#heard.length): void {
    this.#settled.resolve({ bytes: Uint8Array.from(this.#heard.subarray(0, length)), ended });
  }
}

function misfit(what: string): BellcrankError {
  return new BellcrankError('invalid-request', `the device's connection does not carry ${what}`);
}
