import type { Clock } from '../clock.ts';
import { BellcrankError } from '../errors.ts';
import type { ByteConnection } from './connection.ts';
import { Inbox } from './inbox.ts';
import { ByteWrapper } from './wrapper.ts';

/** Longest that an echo may be late, beside the time that its characters take. */
const graceMs = 500;

/** What was written and is still to be heard. */
interface Echo {
  readonly bytes: Uint8Array;
  heard: number;
  resolve(): void;
  reject(error: Error): void;
}

/**
 * A line that hears itself, such as RS-485 on two wires through a simple adapter. Exactly what was written is taken out
 * of what comes in, byte for byte. A write resolves when it was heard whole, and rejects with `device-protocol` when
 * something else was heard (two spoke at once: nobody knows what the device made of it) and with `device-timeout` when
 * nothing was. The connection stays open: whoever wrote has failed, and the line is brought back into step. What is
 * heard between a collision and the next write is dropped, for nobody knows what it answers.
 */
export class EchoConnection extends ByteWrapper {
  readonly #clock: Clock;
  readonly #onStray: ((what: string) => void) | undefined;
  readonly #inbox: Inbox;
  #expected: Echo[] = [];
  #collided = false;

  constructor(under: ByteConnection, clock: Clock, onStray?: (what: string) => void) {
    super(under);
    this.#clock = clock;
    this.#onStray = onStray;
    this.#inbox = new Inbox(onStray);
    under.onData((chunk) => this.#take(chunk));
    void under.closed.then(({ cause }) =>
      this.#fail(new BellcrankError('connection-lost', this.#lost(cause), { cause })),
    );
  }

  async write(bytes: Uint8Array, signal?: AbortSignal): Promise<void> {
    const copy = Uint8Array.from(bytes);
    if (copy.length === 0) return await this.under.write(copy, signal);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    promise.catch(() => {});
    const echo: Echo = { bytes: copy, heard: 0, resolve, reject };
    this.#collided = false;
    // Before it is written: its echo may be there before the write is told to be over.
    this.#expected.push(echo);
    try {
      await this.under.write(copy, signal);
    } catch (error) {
      this.#expected = this.#expected.filter((other) => other !== echo);
      throw error;
    }
    await this.#heard(echo, promise, signal);
  }

  onData(listener: (chunk: Uint8Array) => void): () => void {
    return this.#inbox.listen(listener);
  }

  override async discardOutput(): Promise<void> {
    await super.discardOutput();
    this.#fail(new BellcrankError('connection-lost', `what was to be sent on ${this.label} was discarded`));
  }

  /** Whoever gives up waiting leaves the echo expected: it is still no word of the device's. */
  async #heard(echo: Echo, promise: Promise<void>, signal: AbortSignal | undefined): Promise<void> {
    const ms = echo.bytes.length * (this.characterMs ?? 0) + graceMs;
    const late = (): void => {
      if (!this.#expected.includes(echo)) return;
      const what = `${this.label} did not echo what was sent within ${Math.round(ms)} ms; does it echo at all?`;
      this.#onStray?.(what);
      this.#fail(new BellcrankError('device-timeout', what));
    };
    const timer = this.#clock.timer(ms, () => void this.#clock.ioTurn().then(late));
    promise.then(
      () => timer.cancel(),
      () => {},
    );
    const onAbort = (): void => echo.reject(signal?.reason as Error);
    if (signal?.aborted === true) onAbort();
    else signal?.addEventListener('abort', onAbort, { once: true });
    await promise.finally(() => signal?.removeEventListener('abort', onAbort));
  }

  #take(chunk: Uint8Array): void {
    if (this.#collided) return this.#onStray?.(`${chunk.length} bytes after a collision`);
    let at = 0;
    for (let [echo] = this.#expected; echo !== undefined && at < chunk.length; [echo] = this.#expected) {
      while (at < chunk.length && echo.heard < echo.bytes.length) {
        if (chunk[at] !== echo.bytes[echo.heard]) return this.#collide(chunk.subarray(at));
        at++;
        echo.heard++;
      }
      if (echo.heard < echo.bytes.length) return;
      this.#expected.shift();
      echo.resolve();
    }
    if (at < chunk.length) this.#inbox.deliver(chunk.slice(at));
  }

  #collide(rest: Uint8Array): void {
    const heard = Buffer.from(rest.subarray(0, 16)).toString('hex');
    const what = `${this.label} echoed something else than was sent (${heard}): two spoke at once, or it does not echo`;
    this.#collided = true;
    this.#onStray?.(what);
    this.#fail(new BellcrankError('device-protocol', what));
  }

  #fail(error: BellcrankError): void {
    const failed = this.#expected;
    this.#expected = [];
    for (const echo of failed) echo.reject(error);
  }

  #lost(cause: Error): string {
    return `the connection to ${this.label} was lost: ${cause.message}`;
  }
}
