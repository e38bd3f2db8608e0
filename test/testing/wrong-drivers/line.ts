import {
  asError,
  BellcrankError,
  type ByteConnection,
  type ByteWire,
  type Call,
  type Clock,
  delay,
  DryRunEnd,
} from '../../../src/driver/index.ts';
import type { Habit } from './habits.ts';

interface Waiter {
  readonly wanted: number;
  readonly lines: string[];
  /** Its question has left: what comes from now on may answer it. */
  asked: boolean;
  done(lines: readonly string[]): void;
  fail(error: Error): void;
}

type BoxCall = Pick<Call<ByteWire>, 'wire' | 'signal' | 'dryRun'>;

const replyMs = 200;
const quietMs = 50;

/** Questions and answers on a line of text, by hand; each habit spoils one thing of it. */
export class BoxLine {
  readonly #connection: ByteConnection;
  readonly #clock: Clock;
  readonly #habit: Habit | undefined;
  readonly #event: (line: string) => void;
  readonly #stop: () => void;
  #text = '';
  #waiter: Waiter | undefined;
  #stale: string[] = [];
  #previous: readonly string[] | undefined;
  #heard = 0;
  #stuck = false;

  constructor(connection: ByteConnection, clock: Clock, event: (line: string) => void, habit?: Habit) {
    this.#connection = connection;
    this.#clock = clock;
    this.#event = event;
    this.#habit = habit;
    this.#stop = connection.onData((chunk) => this.#take(Buffer.from(chunk).toString('latin1')));
  }

  close(): void {
    if (this.#habit !== 'goes on listening') this.#stop();
    this.#waiter?.fail(new Error('the session ended'));
  }

  /** Asks, and resolves with so many lines of an answer. */
  async ask(call: BoxCall, text: string, wanted = 1): Promise<readonly string[]> {
    const { promise, resolve, reject } = Promise.withResolvers<readonly string[]>();
    const waiter: Waiter = { wanted, lines: [], asked: false, done: resolve, fail: reject };
    const tooLate = (): void => reject(new BellcrankError('device-timeout', 'the box did not answer'));
    const timer = this.#clock.timer(this.#habit === 'swallows an abort' ? 2500 : replyMs, tooLate);
    const onAbort = (): void => {
      this.#stuck = this.#habit === 'is stuck after an abort';
      reject(asError(call.signal.reason));
    };
    if (this.#stuck) throw new BellcrankError('device-protocol', 'the line is not in step');
    if (this.#habit !== 'swallows an abort') call.signal.addEventListener('abort', onAbort, { once: true });
    if (this.#habit === 'leaks a data listener') this.#connection.onData(() => {});
    promise.catch(() => {});
    this.#waiter = waiter;
    try {
      await this.#send(call, text, () => (waiter.asked = true));
      if (call.dryRun) await this.#dryRun();
      if (this.#takesStale && this.#stale.length >= wanted) resolve(this.#stale.splice(0, wanted));
      const lines = await promise;
      const before = this.#previous ?? lines;
      this.#previous = lines;
      return this.#habit === 'answers from the exchange before' && wanted === 1 ? before : lines;
    } finally {
      if (this.#waiter === waiter) this.#waiter = undefined;
      if (this.#habit !== 'leaks a timer') timer.cancel();
      if (this.#habit !== 'leaks a listener') call.signal.removeEventListener('abort', onAbort);
    }
  }

  get #takesStale(): boolean {
    return this.#habit === 'takes stale lines' || this.#habit === 'takes the second answer for the next question';
  }

  async #dryRun(): Promise<void> {
    if (this.#habit !== 'waits in a dry run') throw new DryRunEnd(true);
  }

  async #send(call: BoxCall, text: string, onBegin: () => void): Promise<void> {
    const written = call.wire.write(Buffer.from(`${text}\n`, 'latin1'), { onBegin });
    if (this.#habit !== 'is done before it is sent') return await written;
    onBegin();
    written.catch(() => {});
  }

  /** Waits until nothing comes any more. */
  async drain(signal: AbortSignal): Promise<void> {
    for (let before = -1; before !== this.#heard;) {
      before = this.#heard;
      await delay(this.#clock, quietMs, signal);
    }
    this.#text = '';
    this.#stuck = false;
    this.#stale = [];
    this.#previous = undefined;
  }

  #take(chunk: string): void {
    this.#heard++;
    if (this.#habit === 'takes chunks for lines') return this.#line(chunk.trimEnd());
    this.#text += chunk;
    for (let end = this.#text.indexOf('\n'); end >= 0; end = this.#text.indexOf('\n')) {
      const line = this.#text.slice(0, end);
      this.#text = this.#habit === 'drops what follows a line' ? '' : this.#text.slice(end + 1);
      this.#line(line);
    }
  }

  #line(line: string): void {
    if (line.startsWith('!') && this.#habit !== 'takes events for answers') return this.#event(line);
    const waiter = this.#waiter;
    const takes = waiter !== undefined && (waiter.asked || this.#takesStale);
    if (!takes) return void this.#stale.push(line);
    waiter.lines.push(line);
    if (waiter.lines.length < waiter.wanted) return;
    this.#waiter = undefined;
    waiter.done(waiter.lines);
  }
}
