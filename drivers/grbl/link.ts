import {
  BellcrankError,
  type ByteConnection,
  type Call,
  type Clock,
  LineFramer,
  messageOf,
  quoted,
  type ByteWire,
} from '../../src/driver/index.ts';
import { isAnswered, isCritical } from './codec/codes.ts';
import { type Message, parseMessage } from './codec/message.ts';
import { realtime } from './codec/realtime.ts';
import type { Report } from './codec/report.ts';
import { Owed, type Sent } from './owed.ts';

/** What writing needs of a call; `attach` makes one of its own. */
export type LinkCall = Pick<Call<ByteWire>, 'signal' | 'wire'>;

/** Hears of what the controller says by itself. */
export interface LinkEvents {
  report(report: Report): void;
  alarm(code: number): void;
  reset(banner: string): void;
  message(text: string): void;
  /** A homing cycle was answered with `ok`. */
  homed(): void;
  unmatched(what: string): void;
}

/** Longest line that is kept; reports and settings are shorter. */
const maxLineBytes = 512;

/**
 * The line to one controller: what it says, sorted by kind, and the lines that it owes an answer, in order. Whoever
 * waits looks at this state again each time that something was heard.
 */
export class Link {
  /** The last status report, and how many there were. */
  latest: Report | undefined;
  reports = 0;
  alarms = 0;
  lastAlarm: number | undefined;
  resets = 0;
  banner: string | undefined;
  /** A critical alarm: it answers nothing until it is reset. */
  locked = false;
  /** A homing cycle that was not answered yet: it tells no status meanwhile. */
  homing = false;
  /** Answers are known to belong to the lines that are owed one. */
  inStep = false;
  readonly owed: Owed;
  readonly #connection: ByteConnection;
  readonly #clock: Clock;
  readonly #events: LinkEvents;
  readonly #framer = new LineFramer('\n', maxLineBytes);
  readonly #waiting = new Set<() => void>();
  readonly #ended = new AbortController();
  readonly #stopListening: () => void;
  #heardAt = -Infinity;

  constructor(connection: ByteConnection, clock: Clock, events: LinkEvents) {
    this.#connection = connection;
    this.#clock = clock;
    this.#events = events;
    this.owed = new Owed((what) => events.unmatched(what));
    this.#stopListening = connection.onData((chunk) => this.#receive(chunk));
    void connection.closed.then(({ cause }) => this.close(lostError(connection.label, cause)));
  }

  /** Stops listening; whoever waits is told why. */
  close(error: BellcrankError = new BellcrankError('connection-lost', 'the session has ended')): void {
    this.#stopListening();
    this.#ended.abort(error);
  }

  /** Writes a real-time command: it takes no place in the controller's buffer, and no `ok`. */
  async command(call: LinkCall, bytes: Uint8Array): Promise<void> {
    this.#ended.signal.throwIfAborted();
    await call.wire.write(bytes);
  }

  /** Writes lines in one go; each is owed an answer from now on. */
  async send(call: LinkCall, texts: readonly string[]): Promise<readonly Sent[]> {
    this.#ended.signal.throwIfAborted();
    const sent = texts.map((text) => this.owed.add(text));
    const { written } = this.#connection;
    try {
      await call.wire.write(Buffer.from(texts.map((text) => `${text}\n`).join(''), 'latin1'));
      return sent;
    } catch (error) {
      if (this.#connection.written === written) this.owed.withdraw(sent);
      else this.inStep = false;
      throw error;
    }
  }

  /** Asks for a status report. Undefined if none comes in time, or none can come. */
  async ask(call: LinkCall, withinMs: number): Promise<Report | undefined> {
    const before = this.reports;
    await this.command(call, realtime.status);
    const isHere = (): boolean => this.reports !== before;
    await this.until(isHere, withinMs, call.signal);
    return isHere() ? this.latest : undefined;
  }

  /** Resolves once `look` finds something, and in any case after `ms`. */
  async until(look: () => boolean, ms: number, signal: AbortSignal): Promise<void> {
    const giveUpAt = this.#clock.monotonic() + ms;
    while (!look()) {
      const left = giveUpAt - this.#clock.monotonic();
      if (left <= 0) return await this.#clock.ioTurn();
      await this.heard(left, signal);
    }
  }

  /** Resolves when nothing has been heard for `quietMs`, at the latest after `maxMs`. */
  async quiet(quietMs: number, maxMs: number, signal: AbortSignal): Promise<void> {
    const now = this.#clock.monotonic();
    const giveUpAt = now + maxMs;
    for (let left = quietMs; left > 0 && this.#clock.monotonic() < giveUpAt;) {
      await this.heard(left, signal);
      left = Math.max(now, this.#heardAt) + quietMs - this.#clock.monotonic();
    }
  }

  /** Resolves when the controller has said something, or after `ms`. Rejects with the signal's reason. */
  heard(ms: number, signal: AbortSignal): Promise<void> {
    const stop = AbortSignal.any([signal, this.#ended.signal]);
    return new Promise((resolve, reject) => {
      if (stop.aborted) return reject(asError(stop.reason));
      const settle = (): void => {
        timer.cancel();
        this.#waiting.delete(wake);
        stop.removeEventListener('abort', onAbort);
      };
      const wake = (): void => {
        settle();
        resolve();
      };
      const onAbort = (): void => {
        settle();
        reject(asError(stop.reason));
      };
      const timer = this.#clock.timer(ms, wake);
      this.#waiting.add(wake);
      stop.addEventListener('abort', onAbort, { once: true });
    });
  }

  /** Lets whoever waits look again. */
  poke(): void {
    for (const wake of this.#waiting) wake();
  }

  #receive(chunk: Uint8Array): void {
    this.#heardAt = this.#clock.monotonic();
    this.#framer.push(chunk, {
      line: (text) => this.#hear(text.endsWith('\r') ? text.slice(0, -1) : text),
      overlong: (bytes) => this.#events.unmatched(`a line of ${bytes} bytes, longer than the limit`),
    });
    this.poke();
  }

  /** A fault in here must not reach the connection. */
  #hear(text: string): void {
    try {
      this.#take(parseMessage(text), text);
    } catch (error) {
      this.#events.unmatched(`a line that makes no sense (${messageOf(error)}): ${quoted(text)}`);
    }
  }

  #take(message: Message, text: string): void {
    switch (message.kind) {
      case 'ok':
        return this.#answered('ok');
      case 'error':
        return this.#answered(message.code);
      case 'report':
        return this.#reported(message.report);
      case 'alarm':
        return this.#alarmed(message.code);
      case 'banner':
        return this.#restarted(message.text);
      case 'message':
        // GRBL 1.1, interface: sent right after a critical alarm.
        if (message.text === 'Reset to continue') this.locked = true;
        return this.#events.message(message.text);
      case 'data':
      case 'setting':
        return this.owed.data(message, text);
      case 'startup':
      case 'blank':
        return undefined;
      case 'unknown':
        return this.#events.unmatched(`a line of no known kind: ${quoted(text)}`);
    }
  }

  #answered(answer: 'ok' | number): void {
    const sent = this.owed.answer(answer);
    if (sent?.text !== '$H') return;
    this.homing = false;
    if (answer === 'ok') this.#events.homed();
  }

  #reported(report: Report): void {
    this.latest = report;
    this.reports++;
    this.#events.report(report);
  }

  #alarmed(code: number): void {
    this.alarms++;
    this.lastAlarm = code;
    this.homing = false;
    if (isCritical(code)) this.locked = true;
    if (!isAnswered(code)) this.#void();
    this.#events.alarm(code);
  }

  /** The controller has forgotten everything that was sent before. */
  #restarted(banner: string): void {
    this.resets++;
    this.banner = banner;
    this.locked = false;
    this.homing = false;
    this.latest = undefined;
    this.#void();
    this.#events.reset(banner);
  }

  #void(): void {
    this.owed.clear();
    this.inStep = false;
  }
}

function asError(value: unknown): Error {
  return value instanceof Error ? value : new Error(String(value));
}

function lostError(label: string, cause: Error): BellcrankError {
  if (cause instanceof BellcrankError && cause.code === 'connection-lost') return cause;
  return new BellcrankError('connection-lost', `the connection to ${label} was lost: ${cause.message}`, { cause });
}
