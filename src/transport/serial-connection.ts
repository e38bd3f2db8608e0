import type { Clock } from '../clock.ts';
import type { ByteConnection, WriteOptions } from './connection.ts';
import { Inbox } from './inbox.ts';
import { Lifecycle } from './lifecycle.ts';
import { LineTime } from './line-time.ts';
import type { Port } from './serial-port.ts';

const readSize = 4096;

/** Longest that the kernel is let send what it has taken; a device that holds its CTS low takes for ever. */
const drainMs = 1000;

/** Longest that `close` waits for a port whose driver does not answer. Its descriptor follows when it does. */
const releaseMs = 2000;

/** An open serial port. Only the kernel buffers what it sends; this side holds at most the writes in progress. */
export class SerialConnection implements ByteConnection {
  readonly shape = 'bytes';
  readonly label: string;
  readonly characterMs: number | undefined;
  readonly #port: Port;
  readonly #clock: Clock;
  readonly #life: Lifecycle;
  readonly #inbox: Inbox;
  readonly #lineTime: LineTime;
  /** What goes on, a write or a flush, that the next write comes behind. */
  #writing: Promise<void> | undefined;
  #pending = 0;
  #released: Promise<void> | undefined;

  constructor(port: Port, label: string, clock: Clock, onStray?: (what: string) => void, characterMs?: number) {
    this.#port = port;
    this.label = label;
    this.characterMs = characterMs;
    this.#clock = clock;
    this.#life = new Lifecycle(label);
    this.#inbox = new Inbox(onStray);
    this.#lineTime = new LineTime(clock, characterMs);
    void this.#listen();
  }

  get isOpen(): boolean {
    return this.#life.isOpen;
  }
  get written(): number {
    return this.#life.written;
  }
  get closed(): Lifecycle['closed'] {
    return this.#life.closed;
  }

  write(bytes: Uint8Array, signal?: AbortSignal, options?: WriteOptions): Promise<void> {
    const copy = new Uint8Array(bytes);
    return this.#life.write(
      (done) => this.#send(copy, options?.onBegin) ?? done(),
      signal,
      () => this.#abandon('a write was given up with bytes not yet sent'),
    );
  }

  onData(listener: (chunk: Uint8Array) => void): () => void {
    return this.#inbox.listen(listener);
  }

  /**
   * Drops what has not left in its time: a stop that nothing acknowledges may be on its way. Also drops input that has not
   * been read. With a write still in progress the port closes: its rest must not leave.
   */
  async discardOutput(): Promise<void> {
    if (this.#pending === 0 && this.#lineTime.isBusy) await this.#lineTime.over(drainMs);
    if (!this.isOpen) return;
    if (this.#pending > 0)
      return this.#abandon(
        'the port was closed on purpose after a command with an unknown outcome, so that nothing of it is sent later',
      );
    const flushed = this.#life.run(() => this.#port.flush()).catch((error: unknown) => this.#lose(error));
    // What is written meanwhile must not be dropped with the rest.
    this.#comeBehind(flushed);
    await flushed;
  }

  close(): Promise<void> {
    const discard = this.#pending > 0;
    this.#life.end(false, new Error('closed'));
    return this.#atMost(releaseMs, this.#release(discard));
  }

  /** One write at a time: two that each got half of their bytes out would mix. Undefined if the kernel has taken it all. */
  #send(bytes: Uint8Array, onBegin: (() => void) | undefined): Promise<void> | undefined {
    const put = (): Promise<void> | undefined => {
      if (!this.isOpen) return undefined;
      onBegin?.();
      this.#lineTime.wrote(bytes.length);
      return this.#port.write(bytes);
    };
    try {
      const going = this.#writing === undefined ? put() : this.#writing.then(put);
      return going && this.#follow(going);
    } catch (error) {
      this.#lose(error);
      throw inPlainWords(error);
    }
  }

  async #follow(going: Promise<void>): Promise<void> {
    this.#pending++;
    const over = going.catch((error: unknown) => this.#lose(error)).finally(() => this.#pending--);
    this.#comeBehind(over);
    await over;
    await going;
  }

  #comeBehind(going: Promise<void>): void {
    this.#writing = going;
    void going.then(() => {
      if (this.#writing === going) this.#writing = undefined;
    });
  }

  async #listen(): Promise<void> {
    const buffer = new Uint8Array(readSize);
    try {
      for (;;) {
        const count = await this.#port.read(buffer);
        if (count === 0) throw new Error('the port has gone (end of file)');
        if (!this.isOpen) return;
        this.#inbox.deliver(buffer.slice(0, count));
      }
    } catch (error) {
      this.#lose(error);
    }
  }

  /** Our side ends it because bytes are held that must not leave any more. */
  #abandon(why: string): void {
    this.#life.end(false, new Error(why));
    void this.#release(true);
  }

  #lose(error: unknown): void {
    this.#life.end(true, inPlainWords(error));
    void this.#release(true);
  }

  #release(discard: boolean): Promise<void> {
    this.#released ??= this.#let(discard);
    return this.#released;
  }

  async #let(discard: boolean): Promise<void> {
    const drained = !discard && (await this.#atMost(drainMs, succeeded(this.#port.drain()))) === true;
    // A drain that is stuck holds the descriptor until there is nothing left to send.
    if (!discard && !drained) await succeeded(this.#port.flush());
    await succeeded(this.#port.close(!drained));
  }

  /** The promise goes on; whoever waited no longer does. */
  async #atMost<T>(ms: number, promise: Promise<T>): Promise<T | undefined> {
    const { promise: late, resolve } = Promise.withResolvers<undefined>();
    const timer = this.#clock.timer(ms, () => resolve(undefined));
    try {
      return await Promise.race([promise, late]);
    } finally {
      timer.cancel();
    }
  }
}

/** What the binding says of a port that was unplugged means nothing to whoever has to look for it. */
function inPlainWords(error: unknown): Error {
  const cause = error instanceof Error ? error : new Error(String(error));
  const isGone = /bad file descriptor|\b(EBADF|EIO|ENXIO|ENODEV)\b/i.test(cause.message);
  return isGone ? new Error(`the port has gone (${cause.message})`, { cause }) : cause;
}

/** Whether it succeeded. A port that has gone fails every call, and is released all the same. */
async function succeeded(promise: Promise<void>): Promise<boolean> {
  try {
    await promise;
    return true;
  } catch {
    return false;
  }
}
