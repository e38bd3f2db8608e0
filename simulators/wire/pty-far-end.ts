import type { ReadStream } from 'node:tty';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ByteConnection } from '../../src/transport/connection.ts';
import { Inbox } from '../../src/transport/inbox.ts';
import { Lifecycle } from '../../src/transport/lifecycle.ts';

/** A PTY's master: read through its stream, written by its non-blocking descriptor. */
export interface MasterIo {
  readonly stream: ReadStream;
  write(bytes: Uint8Array): Promise<{ readonly bytesWritten: number }>;
  /** Whether anyone may have the other end open; what is said to nobody is lost. */
  isHeard(): boolean;
}

/** What Node's streams of terminals have beneath, and its types do not tell. */
interface Handle {
  reading: boolean;
  readStop(): number;
}

const retryMs = 5;

/** Tries without room after which the kernel's buffer counts as full and unread, about a second. */
const patience = 200;

/**
 * The device's end of a PTY. Not written through the stream: libuv writes to a master in a loop that does not return
 * until everything is taken, which stops the process when the near side does not read.
 */
export class PtyFarEnd implements ByteConnection {
  readonly shape = 'bytes';
  readonly label: string;
  #io: MasterIo;
  readonly #life: Lifecycle;
  readonly #inbox = new Inbox();
  #writing: Promise<void> = Promise.resolve();
  #overrun = false;
  /** Who wants to know of openings, and who has not been told yet how things are. */
  readonly #told = new Set<() => void>();
  readonly #untold = new Set<() => void>();
  #isPaused = false;
  #isParked = false;
  #released: Promise<void> | undefined;

  constructor(io: MasterIo, label: string) {
    this.#io = io;
    this.label = label;
    this.#life = new Lifecycle(label);
    this.#use(io);
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

  /** What was read of the master by whoever looks after it. */
  hear(bytes: Uint8Array): void {
    this.#inbox.deliver(bytes);
  }

  /** Told of each program that opens the port from now on, and of one that has it open already; a little later. */
  onOpened(listener: () => void): () => void {
    this.#untold.add(listener);
    return () => {
      this.#untold.delete(listener);
      this.#told.delete(listener);
    };
  }

  /** Whether anybody wants to be told. */
  get isWatched(): boolean {
    return this.#untold.size + this.#told.size > 0;
  }

  /** Somebody has the port open: has opened it just now, or has had it open. */
  isOpened(isNew: boolean): void {
    const listeners = isNew ? [...this.#told, ...this.#untold] : [...this.#untold];
    this.#settle();
    for (const listener of listeners) listener();
  }

  /** Nobody has it open. */
  isNotOpened(): void {
    this.#settle();
  }

  /** As when the PTY is gone. */
  lose(cause: Error): void {
    this.#end(true, cause);
  }

  /** Goes on with another PTY, as if it were the same. */
  rewire(io: MasterIo): void {
    const before = this.#io;
    this.#io = io;
    this.#overrun = false;
    this.#isParked = false;
    this.#use(io);
    if (this.#isPaused) io.stream.pause();
    void this.#writing.then(() => before.stream.destroy());
  }

  /** Resolves when the kernel took every byte, or when they are lost because nobody has read for about a second. */
  write(bytes: Uint8Array, signal?: AbortSignal): Promise<void> {
    const copy = Uint8Array.from(bytes);
    return this.#life.write(
      () => this.#queue(copy),
      signal,
      () => this.#end(false, new Error('a write was given up with bytes not yet sent')),
    );
  }

  onData(listener: (chunk: Uint8Array) => void): () => void {
    return this.#inbox.listen(listener);
  }

  /** The device stops reading, so that the kernel's buffer fills. One more chunk is taken, and held back. */
  pause(): void {
    this.#isPaused = true;
    this.#io.stream.pause();
  }

  resume(): void {
    this.#isPaused = false;
    if (!this.#isParked) this.#io.stream.resume();
  }

  /** Leaves the master to whoever looks after it, who calls `hear`. */
  park(): void {
    if (this.#isParked) return;
    this.#isParked = true;
    const { stream } = this.#io;
    stream.pause();
    // Pausing takes effect with the next chunk only. As Node's own sockets stop at once.
    const { _handle: handle } = stream as unknown as { readonly _handle: Handle | null };
    if (handle?.reading !== true) return;
    handle.reading = false;
    handle.readStop();
  }

  unpark(): void {
    if (!this.#isParked) return;
    this.#isParked = false;
    if (!this.#isPaused) this.#io.stream.resume();
  }

  /** Whether it is paused, or has not delivered yet what it has read. */
  get isHeldBack(): boolean {
    return this.#isPaused || this.heldBack > 0;
  }

  /** Bytes that are held back. */
  get heldBack(): number {
    return this.#io.stream.readableLength;
  }

  /** What the kernel took is in the near side's buffer already, as what left a UART is on the wire. */
  discardOutput(): Promise<void> {
    return Promise.resolve();
  }

  close(): Promise<void> {
    this.#end(false, new Error('closed'));
    return this.#released ?? Promise.resolve();
  }

  #use(io: MasterIo): void {
    const gone = (error: Error): void => {
      if (io === this.#io) this.#end(true, error);
    };
    io.stream.on('data', (chunk: Buffer) => this.#inbox.deliver(Uint8Array.from(chunk)));
    io.stream.on('error', gone);
    io.stream.once('close', () => gone(new Error('the PTY is gone')));
  }

  #settle(): void {
    for (const listener of this.#untold) this.#told.add(listener);
    this.#untold.clear();
  }

  #queue(bytes: Uint8Array): Promise<void> {
    const mine = this.#writing.then(() => this.#send(bytes));
    this.#writing = mine.catch(() => {});
    return mine;
  }

  async #send(bytes: Uint8Array): Promise<void> {
    let done = 0;
    let tries = 0;
    while (done < bytes.length && this.isOpen) {
      if (!this.#io.isHeard()) return;
      const taken = await this.#attempt(bytes.subarray(done));
      done += taken;
      tries = taken > 0 ? 0 : tries + 1;
      if (taken > 0) this.#overrun = false;
      // Tries are counted, not time: a process that was held up has not been given the chance to read either.
      else if (this.#overrun || tries > patience) return void (this.#overrun = true);
      else await sleep(retryMs);
    }
  }

  async #attempt(bytes: Uint8Array): Promise<number> {
    try {
      return (await this.#io.write(bytes)).bytesWritten;
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : undefined;
      if (code === 'EAGAIN' || code === 'EINTR') return 0;
      this.#end(true, error instanceof Error ? error : new Error(String(error)));
      throw error;
    }
  }

  #end(lost: boolean, cause: Error): void {
    this.#life.end(lost, cause);
    this.#released ??= this.#release();
  }

  /** A write still in the thread pool must not reach whatever is opened next under this number. */
  async #release(): Promise<void> {
    await this.#writing;
    const { stream } = this.#io;
    if (stream.closed) return;
    const closed = new Promise<void>((resolve) => stream.once('close', () => resolve()));
    stream.destroy();
    await closed;
  }
}
