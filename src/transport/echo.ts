import type { Clock } from '../clock.ts';
import { BellcrankError } from '../errors.ts';
import type { ByteConnection, WriteOptions } from './connection.ts';
import { Inbox } from './inbox.ts';
import { ByteWrapper } from './wrapper.ts';

/** Longest that an echo may be late, beside the time that its characters take. */
const graceMs = 500;

/** Echoes that nobody waits for any more and that may still come; older ones are forgotten. */
const maxGivenUp = 16;

/** What was written and is still to be heard. */
interface Echo {
  readonly bytes: Uint8Array;
  resolve(): void;
  reject(error: Error): void;
}

/**
 * A line that hears itself, such as RS-485 on two wires through a simple adapter. Exactly what was written is taken out
 * of what comes in, byte for byte. A write resolves when it was heard whole, and rejects with `device-protocol` when
 * something else was heard (two spoke at once: nobody knows what the device made of it) and with `device-timeout` when
 * nothing was. The connection stays open: whoever wrote has failed, and the line is brought back into step. What is
 * heard between a collision and the next write is dropped, for nobody knows what it answers. An echo that nobody waits
 * for any more is taken out all the same when it comes: some devices answer a write by repeating it.
 */
export class EchoConnection extends ByteWrapper {
  readonly #clock: Clock;
  readonly #onStray: ((what: string) => void) | undefined;
  readonly #inbox: Inbox;
  #expected: Echo[] = [];
  #givenUp: Echo[] = [];
  /** Heard already: the beginning of an echo. */
  #begun: Buffer = Buffer.alloc(0);
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

  async write(bytes: Uint8Array, signal?: AbortSignal, options?: WriteOptions): Promise<void> {
    const copy = Uint8Array.from(bytes);
    if (copy.length === 0) return await this.under.write(copy, signal, options);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    promise.catch(() => {});
    const echo: Echo = { bytes: copy, resolve, reject };
    this.#collided = false;
    // Before it is written: its echo may be there before the write is told to be over.
    this.#expected.push(echo);
    try {
      await this.under.write(copy, signal, options);
    } catch (error) {
      this.#forget(echo);
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

  async #heard(echo: Echo, promise: Promise<void>, signal: AbortSignal | undefined): Promise<void> {
    const ms = echo.bytes.length * (this.characterMs ?? 0) + graceMs;
    const late = (): void => {
      if (!this.#expected.includes(echo)) return;
      const what = `${this.label} did not echo what was sent within ${Math.round(ms)} ms; does it echo at all?`;
      this.#onStray?.(what);
      this.#fail(new BellcrankError('device-timeout', what));
    };
    const timer = this.#clock.timer(ms, () => void this.#clock.ioTurn().then(late));
    const onAbort = (): void => this.#giveUp([echo], signal?.reason as Error);
    if (signal?.aborted === true) onAbort();
    else signal?.addEventListener('abort', onAbort, { once: true });
    await promise.finally(() => {
      timer.cancel();
      signal?.removeEventListener('abort', onAbort);
    });
  }

  #take(chunk: Uint8Array): void {
    if (this.#collided) return this.#onStray?.(`${chunk.length} bytes after a collision`);
    let rest = Buffer.concat([this.#begun, chunk]);
    this.#begun = Buffer.alloc(0);
    while (rest.length > 0) {
      // Whoever waits comes first: of two echoes that are alike one may have been lost.
      const [next] = this.#expected;
      const candidates = next === undefined ? this.#givenUp : [next, ...this.#givenUp];
      const echo = candidates.find(({ bytes }) => isSoFar(rest, bytes));
      if (echo === undefined) return this.#notAnEcho(rest, next);
      if (rest.length < echo.bytes.length) return void (this.#begun = rest);
      this.#forget(echo);
      echo.resolve();
      rest = rest.subarray(echo.bytes.length);
    }
  }

  /** The device speaks, or two spoke at once. What was given up and is not heard by then will not come. */
  #notAnEcho(rest: Buffer, next: Echo | undefined): void {
    this.#givenUp = [];
    if (next === undefined) return this.#inbox.deliver(Uint8Array.from(rest));
    this.#collide(rest.subarray(rest.findIndex((byte, at) => byte !== next.bytes[at])));
  }

  #collide(rest: Uint8Array): void {
    const heard = Buffer.from(rest.subarray(0, 16)).toString('hex');
    const what = `${this.label} echoed something else than was sent (${heard}): two spoke at once, or it does not echo`;
    this.#collided = true;
    this.#onStray?.(what);
    this.#fail(new BellcrankError('device-protocol', what));
    this.#givenUp = [];
  }

  #fail(error: BellcrankError): void {
    this.#giveUp(this.#expected, error);
  }

  #giveUp(echoes: readonly Echo[], error: Error): void {
    const failed = this.#expected.filter((echo) => echoes.includes(echo));
    for (const echo of failed) this.#forget(echo);
    this.#givenUp = [...this.#givenUp, ...failed].slice(-maxGivenUp);
    for (const echo of failed) echo.reject(error);
  }

  #forget(echo: Echo): void {
    this.#expected = this.#expected.filter((other) => other !== echo);
    this.#givenUp = this.#givenUp.filter((other) => other !== echo);
  }

  #lost(cause: Error): string {
    return `the connection to ${this.label} was lost: ${cause.message}`;
  }
}

function isSoFar(heard: Buffer, echo: Uint8Array): boolean {
  const length = Math.min(heard.length, echo.length);
  return heard.subarray(0, length).equals(echo.subarray(0, length));
}
