import type { ByteConnection, WriteOptions } from '../../src/transport/connection.ts';
import { Inbox } from '../../src/transport/inbox.ts';
import { type Done, Lifecycle } from '../../src/transport/lifecycle.ts';
import type { Line, Room } from './faults/stage.ts';

/** What a kernel's terminal buffer takes before a write has to wait. */
const kernelBytes = 4096;
const nothing = new Uint8Array();

/** A write of which the kernel has not taken every byte. */
interface Waiting {
  readonly rest: Uint8Array;
  readonly taken: () => void;
}

/** The near side of a wire in memory, with the operating system that a real one has beneath it: its buffer, its errors. */
export class NearSide implements ByteConnection, Line {
  readonly shape = 'bytes';
  readonly label: string;
  readonly #inner: ByteConnection;
  readonly #life: Lifecycle;
  readonly #inbox = new Inbox();
  readonly #pauses = new Set<{ readonly room: Room }>();
  #buffer: Uint8Array[] = [];
  #buffered = 0;
  #waiting: Waiting[] = [];
  #hasFailed = false;

  constructor(inner: ByteConnection) {
    this.#inner = inner;
    this.label = inner.label;
    this.#life = new Lifecycle(inner.label);
    inner.onData((chunk) => {
      if (this.isOpen) this.#inbox.deliver(chunk);
    });
    void inner.closed.then(({ lost, cause }) => {
      if (!this.#hasFailed) this.#end(lost, cause);
    });
  }

  get isOpen(): boolean {
    return this.#life.isOpen && this.#inner.isOpen && !this.#hasFailed;
  }
  get written(): number {
    return this.#life.written;
  }
  get closed(): Lifecycle['closed'] {
    return this.#life.closed;
  }

  write(bytes: Uint8Array, signal?: AbortSignal, options?: WriteOptions): Promise<void> {
    const copy = new Uint8Array(bytes);
    if (!this.isOpen) return Promise.reject(this.#life.offlineError());
    return this.#life.write(
      (done) => this.#send(copy, done),
      signal,
      () => void this.close(),
      options?.onBegin,
    );
  }

  onData(listener: (chunk: Uint8Array) => void): () => void {
    return this.#inbox.listen(listener);
  }

  /** As on a tty: what the kernel holds is dropped. With a write still waiting it closes: its rest must not leave. */
  async discardOutput(): Promise<void> {
    if (this.#waiting.length > 0) return await this.close();
    this.#drop();
    await this.#inner.discardOutput();
  }

  close(): Promise<void> {
    this.#end(false, new Error('closed'));
    return this.#inner.close();
  }

  pause(room: Room): () => void {
    const pause = { room };
    this.#pauses.add(pause);
    return () => {
      if (this.#pauses.delete(pause) && this.#pauses.size === 0) this.#goOn();
    };
  }

  /**
   * The operating system says so of every call from now on, and of what has waited. It is heard of in the next turn, as
   * from a poll: what the device has heard already was written.
   */
  fail(error: Error): void {
    this.#hasFailed = true;
    setImmediate(() => {
      this.#end(true, error);
      void this.#inner.close();
    });
  }

  #send(bytes: Uint8Array, done: Done): void {
    if (this.#pauses.size === 0) {
      // The device has heard it then, and may have taken only a part.
      const heard = (): void => (this.#isStalled ? void this.#waiting.push({ rest: nothing, taken: done }) : done());
      return void this.#inner.write(bytes).then(heard, done);
    }
    const room = this.#isStalled ? 0 : kernelBytes - this.#buffered;
    const taken = bytes.subarray(0, room);
    this.#buffer.push(taken);
    this.#buffered += taken.length;
    if (taken.length < bytes.length) this.#waiting.push({ rest: bytes.subarray(room), taken: done });
    else done();
  }

  get #isStalled(): boolean {
    for (const { room } of this.#pauses) if (room === 'none') return true;
    return false;
  }

  /** The device reads on: first what the kernel holds, then what has waited to be taken. */
  #goOn(): void {
    const waiting = this.#waiting;
    const frames = [...this.#buffer, ...waiting.map(({ rest }) => rest)];
    this.#drop();
    for (const frame of frames) if (frame.length > 0) void this.#inner.write(frame).catch(() => {});
    for (const { taken } of waiting) taken();
  }

  #drop(): void {
    this.#buffer = [];
    this.#buffered = 0;
    this.#waiting = [];
  }

  #end(lost: boolean, cause: Error): void {
    if (this.#life.end(lost, cause)) this.#drop();
  }
}
