import { readSync, writeSync } from 'node:fs';
import type { SerialPort } from 'serialport';

/** What `SerialConnection` needs of an open port. */
export interface Port {
  /** Resolves with the bytes read; 0 when the port has gone. Rejects when it fails or is closed. */
  read(into: Uint8Array): Promise<number>;
  /** Resolves when the kernel has taken every byte; undefined if it has at once. */
  write(bytes: Uint8Array): Promise<void> | undefined;
  /** Drops what the kernel holds in both directions (`tcflush(TCIOFLUSH)`); the binding offers no finer choice. */
  flush(): Promise<void>;
  /** Resolves when the kernel has handed everything to the wire (`tcdrain`). */
  drain(): Promise<void>;
  /** Sets the modem lines, all at once (`TIOCMSET`). Rejects where the port has none. */
  setLines(lines: ModemLines): Promise<void>;
  /** Ends what is pending, then releases the descriptor; `discard` drops what the kernel has not sent yet. */
  close(discard: boolean): Promise<void>;
}

export interface ModemLines {
  readonly dtr: boolean;
  readonly rts: boolean;
}

export interface PortSettings {
  readonly path: string;
  readonly baudRate: number;
  readonly dataBits: 5 | 6 | 7 | 8;
  readonly stopBits: 1 | 2;
  readonly parity: 'none' | 'even' | 'odd';
  readonly rtscts: boolean;
  readonly xon: boolean;
  readonly xoff: boolean;
  readonly hupcl: boolean;
}

type Binding = Awaited<ReturnType<typeof SerialPort.binding.open>>;
type PosixBinding = Extract<Binding, { poller: unknown }>;
type Poller = PosixBinding['poller'];

const readable = 1;
const writable = 2;

/**
 * Opens a port with serialport's binding, raw and locked (`flock`), and does its input and output here. The binding opens
 * it non-blocking (O_NONBLOCK), so that reading takes what is there and writing what fits, and neither waits: both are done
 * at once, because a way through the thread pool costs more than the exchange. The binding's stream is not used, for three
 * things seen on Linux with version 13: it queues writes on a closed port; it polls for either
 * reading or writing, so that a blocked write can wait until the device speaks; and on a port that was unplugged
 * between two polls it reads 0 bytes for ever at full load and never says so.
 */
export async function openPort(settings: PortSettings): Promise<Port> {
  // Loaded where a port is opened: most of it are parsers that nobody uses.
  const { SerialPort } = await import('serialport');
  const binding = await SerialPort.binding.open({ ...settings, lock: true });
  if (!('poller' in binding) || binding.fd === null) {
    if (binding.isOpen) await binding.close();
    throw new Error('serial ports need Linux or macOS');
  }
  return new PosixPort(binding, binding.fd);
}

class PosixPort implements Port {
  readonly #fd: number;
  readonly #binding: PosixBinding;
  readonly #readiness: Readiness;
  readonly #calls = new Set<Promise<unknown>>();
  #closed: Promise<void> | undefined;

  constructor(binding: PosixBinding, fd: number) {
    this.#binding = binding;
    this.#fd = fd;
    this.#readiness = new Readiness(binding.poller);
  }

  async read(into: Uint8Array): Promise<number> {
    for (;;) {
      await this.#readiness.wait(readable);
      const count = this.#attempt(() => readSync(this.#fd, into));
      if (count !== undefined) return count;
    }
  }

  write(bytes: Uint8Array): Promise<void> | undefined {
    const done = this.#attempt(() => writeSync(this.#fd, bytes)) ?? 0;
    return done < bytes.length ? this.#writeRest(bytes, done) : undefined;
  }

  async #writeRest(bytes: Uint8Array, from: number): Promise<void> {
    let done = from;
    while (done < bytes.length) {
      await this.#readiness.wait(writable);
      done += this.#attempt(() => writeSync(this.#fd, bytes, done)) ?? 0;
    }
  }

  flush(): Promise<void> {
    return this.#call(() => this.#binding.flush());
  }

  drain(): Promise<void> {
    return this.#call(() => this.#binding.drain());
  }

  setLines(lines: ModemLines): Promise<void> {
    // What it is not told the binding clears.
    return this.#call(() => this.#binding.set({ ...lines, brk: false, cts: false, dsr: false }));
  }

  close(discard: boolean): Promise<void> {
    this.#closed ??= this.#release(discard);
    return this.#closed;
  }

  async #release(discard: boolean): Promise<void> {
    this.#readiness.end(new Error('the port was closed'));
    // A call still in the thread pool would otherwise act on whatever is opened next under this number.
    await Promise.allSettled(this.#calls);
    // Closing alone would have the kernel go on sending. A port that has gone cannot be flushed, nor need it be.
    if (discard) await this.#binding.flush().catch(() => {});
    await this.#binding.close();
  }

  /** Undefined when the port is not ready after all. */
  #attempt(io: () => number): number | undefined {
    this.#assertOpen();
    try {
      return io();
    } catch (error) {
      if (isNotReady(error)) return undefined;
      throw error;
    }
  }

  #assertOpen(): void {
    if (this.#closed !== undefined) throw new Error('the port was closed');
  }

  async #call<T>(io: () => Promise<T>): Promise<T> {
    this.#assertOpen();
    const call = io();
    this.#calls.add(call);
    try {
      return await call;
    } finally {
      this.#calls.delete(call);
    }
  }
}

function isNotReady(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'EAGAIN' || code === 'EWOULDBLOCK' || code === 'EINTR';
}

interface Waiting {
  resolve(): void;
  reject(error: Error): void;
}

/** Waits for a descriptor to be readable and writable at the same time, at most one waiter each. */
class Readiness {
  readonly #poller: Poller;
  readonly #waiting = new Map<number, Waiting>();
  #ended: Error | undefined;

  constructor(poller: Poller) {
    this.#poller = poller;
    poller.on('readable', (error: Error | null) => this.#ready(readable, error));
    poller.on('writable', (error: Error | null) => this.#ready(writable, error));
  }

  wait(event: number): Promise<void> {
    if (this.#ended !== undefined) return Promise.reject(this.#ended);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#waiting.set(event, { resolve, reject });
    this.#poll();
    return promise;
  }

  end(cause: Error): void {
    this.#ended ??= cause;
    for (const waiting of this.#waiting.values()) waiting.reject(this.#ended);
    this.#waiting.clear();
  }

  #ready(event: number, error: Error | null): void {
    const waiting = this.#waiting.get(event);
    this.#waiting.delete(event);
    if (error !== null) return waiting?.reject(error);
    if (this.#ended === undefined) this.#poll();
    waiting?.resolve();
  }

  /** The poller forgets what it polled for when it is asked for something else, so it is asked for all of it. */
  #poll(): void {
    let events = 0;
    for (const event of this.#waiting.keys()) events |= event;
    this.#poller.poll(events);
  }
}
