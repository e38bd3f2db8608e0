import type { Clock } from '../../clock.ts';
import { hex, latin1, quoted } from '../../driver/index.ts';
import type { ByteConnection, Closed, WriteOptions } from '../../transport/connection.ts';

/** What passed in one direction without anything of the other in between. */
export interface Passed {
  readonly direction: 'sent' | 'heard';
  readonly at: number;
  readonly bytes: Uint8Array;
  /** There was more than is kept. */
  readonly isCut?: boolean;
}

/** Most bytes of what passed that are kept, and that are shown. */
const maxKept = 8192;
const maxShown = 256;

/** A connection that keeps what passes until it is taken. */
export class LoggedConnection implements ByteConnection {
  readonly shape = 'bytes';
  readonly #under: ByteConnection;
  readonly #clock: Clock;
  #passed: Passed[] = [];

  constructor(under: ByteConnection, clock: Clock) {
    this.#under = under;
    this.#clock = clock;
    under.onData((chunk) => this.#note('heard', chunk));
  }

  get label(): string {
    return this.#under.label;
  }
  get closed(): Promise<Closed> {
    return this.#under.closed;
  }
  get isOpen(): boolean {
    return this.#under.isOpen;
  }
  get written(): number {
    return this.#under.written;
  }
  get characterMs(): number | undefined {
    return this.#under.characterMs;
  }

  async write(bytes: Uint8Array, signal?: AbortSignal, options?: WriteOptions): Promise<void> {
    this.#note('sent', bytes);
    await this.#under.write(bytes, signal, options);
  }
  onData(listener: (chunk: Uint8Array) => void): () => void {
    return this.#under.onData(listener);
  }
  discardOutput(): Promise<void> {
    return this.#under.discardOutput();
  }
  close(): Promise<void> {
    return this.#under.close();
  }

  /** What has passed since the last time. */
  take(): readonly Passed[] {
    const passed = this.#passed;
    this.#passed = [];
    return passed;
  }

  #note(direction: Passed['direction'], bytes: Uint8Array): void {
    const last = this.#passed.at(-1);
    const joins = last?.direction === 'heard' && direction === 'heard';
    if (joins) this.#passed.pop();
    const all = joins ? Buffer.concat([last.bytes, bytes]) : Uint8Array.from(bytes);
    const isCut = all.length > maxKept || (joins && last.isCut === true);
    const at = joins ? last.at : this.#clock.monotonic();
    this.#passed.push({ direction, at, bytes: all.subarray(0, maxKept), isCut });
  }
}

/** One line for each thing that passed: an arrow, the bytes, and the same as text. */
export function shown(passed: readonly Passed[], indent = '  '): string[] {
  return passed.map(({ direction, bytes }) => {
    const arrow = direction === 'sent' ? '>' : '<';
    const some = bytes.subarray(0, maxShown);
    const rest = bytes.length > maxShown ? ` … ${bytes.length} bytes` : '';
    return `${indent}${arrow} ${quoted(latin1(some))}   ${hex(some)}${rest}`;
  });
}
