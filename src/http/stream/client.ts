import type { ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import type { Clock } from '../../clock.ts';
import { frameOf, type Sink } from '../../stream/index.ts';

/** How long a reader may take nothing at all. */
const stallMs = 60_000;

/**
 * One connection that is told the stream. What it is told goes to its socket, and no more than that holds back: what waits
 * for a slow reader is its place in the ring.
 */
export class StreamClient implements Sink {
  readonly #response: ServerResponse;
  readonly #clock: Clock;
  readonly #onOverrun: () => void;
  /** Since when its reader has taken nothing; undefined while it takes. */
  #fullSince: number | undefined;
  readonly #onDrain = new Set<() => void>();
  readonly #drained = (): void => {
    this.#fullSince = undefined;
    for (const listener of this.#onDrain) listener();
  };

  constructor(response: ServerResponse, clock: Clock, onOverrun: () => void) {
    this.#response = response;
    this.#clock = clock;
    this.#onOverrun = onOverrun;
    response.on('drain', this.#drained);
    // Who is cut off while something is written to it has nobody to tell.
    response.on('error', () => {});
  }

  get isOpen(): boolean {
    return !this.#response.destroyed && !this.#response.writableEnded;
  }
  get isFull(): boolean {
    return this.#fullSince !== undefined;
  }

  /** `listener` is called each time that more fits in. */
  onDrain(listener: () => void): void {
    this.#onDrain.add(listener);
  }
  /** Called at once where its reader went away before anything was written. */
  onClose(listener: () => void): void {
    if (this.#response.closed) listener();
    else this.#response.on('close', listener);
  }

  /** Resolves once more fits in, or it is closed. */
  async room(): Promise<void> {
    if (!this.isFull || !this.isOpen) return;
    await new Promise<void>((resolve) => {
      const done = (): void => {
        this.#onDrain.delete(done);
        this.#response.off('close', done);
        resolve();
      };
      this.#onDrain.add(done);
      this.#response.on('close', done);
    });
  }

  /** False: that was all for now. It is taken all the same. */
  write(frame: Uint8Array | string): boolean {
    if (!this.isOpen) return false;
    if (!this.#send(frame)) this.#fullSince ??= this.#clock.monotonic();
    return !this.isFull;
  }

  /** Node cuts the same chunk for each reader anew, in four writes; what many are told is cut once, and is one. */
  #send(frame: Uint8Array | string): boolean {
    const { socket, chunkedEncoding, headersSent } = this.#response;
    const isDirect = chunkedEncoding && headersSent && socket instanceof Socket && socket.writable;
    if (!isDirect || typeof frame === 'string') return this.#response.write(frame);
    if (socket.write(chunkOf(frame))) return true;
    socket.once('drain', this.#drained);
    return false;
  }

  event(name: string, data: object, id?: number): boolean {
    return this.write(frameOf(name, JSON.stringify(data), id));
  }

  /** Shows both sides that the other is there. A reader who takes nothing is let go. */
  beat(frame: string): void {
    if (this.#fullSince === undefined) this.write(frame);
    else if (this.#clock.monotonic() - this.#fullSince >= stallMs) this.overrun();
  }

  /** Its reader is too slow: its connection ends here, and it goes on by its last id on another. */
  overrun(): void {
    if (!this.#response.destroyed) this.#onOverrun();
    this.#response.destroy();
  }

  bye(reason: string): void {
    if (!this.isOpen) return;
    this.event('bye', { reason });
    this.#response.end();
  }
}

let last: { readonly frame: Uint8Array; readonly chunk: Uint8Array } | undefined;

/** RFC 9112 §7.1. One reader after the other is told the same. */
function chunkOf(frame: Uint8Array): Uint8Array {
  if (last?.frame !== frame) {
    const parts = [Buffer.from(`${frame.length.toString(16)}\r\n`), frame, Buffer.from('\r\n')];
    last = { frame, chunk: Buffer.concat(parts) };
  }
  return last.chunk;
}
