import {
  BellcrankError,
  type ByteConnection,
  type Call,
  type Clock,
  LineFramer,
  lostError,
  messageOf,
  quoted,
  type ByteWire,
} from '../../src/driver/index.ts';
import { isAnswered, isCritical } from './codec/codes.ts';
import { type Message, parseMessage } from './codec/message.ts';
import { realtime } from './codec/realtime.ts';
import type { Report } from './codec/report.ts';
import { Hearing } from './hearing.ts';
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

/** No homing cycle takes that long, also where it outlasts its command. */
const longestHomingMs = 600_000;

/** After an alarm the controller is silent for half a second before it starts afresh. */
export const bannerWithinMs = 700;

/**
 * The line to one controller: what it says, sorted by kind, and the lines that it owes an answer, in order.
 */
export class Link {
  /** The last status report, and how many there were. */
  latest: Report | undefined;
  reports = 0;
  alarms = 0;
  lastAlarm: number | undefined;
  resets = 0;
  banner: string | undefined;
  /** What stands where a status report does, and is none. */
  strange: string | undefined;
  /** A critical alarm: it answers nothing until it is reset. */
  locked = false;
  /** Answers are known to belong to the lines that are owed one. */
  inStep = false;
  readonly owed: Owed;
  /** To wait until this state is as wished. */
  readonly hearing: Hearing;
  #homingUntil = -Infinity;
  /** When resets were written that no start-up message has followed yet. */
  readonly #resetAt: number[] = [];
  readonly #clock: Clock;
  readonly #connection: ByteConnection;
  readonly #events: LinkEvents;
  readonly #framer = new LineFramer('\n', maxLineBytes);
  readonly #stopListening: () => void;

  constructor(connection: ByteConnection, clock: Clock, events: LinkEvents) {
    this.#connection = connection;
    this.#clock = clock;
    this.hearing = new Hearing(clock);
    this.#events = events;
    this.owed = new Owed((what) => events.unmatched(what));
    this.#stopListening = connection.onData((chunk) => this.#receive(chunk));
    void connection.closed.then(({ cause }) => this.close(lostError(connection.label, cause)));
  }

  /** A homing cycle that was not answered yet: it tells no status meanwhile. One that never ends is a machine that is off. */
  get homing(): boolean {
    return this.#clock.monotonic() < this.#homingUntil;
  }

  set homing(isHoming: boolean) {
    this.#homingUntil = isHoming ? this.#clock.monotonic() + longestHomingMs : -Infinity;
  }

  /** Stops listening; whoever waits is told why. */
  close(error: BellcrankError = new BellcrankError('connection-lost', 'the session has ended')): void {
    this.#stopListening();
    this.hearing.end(error);
  }

  /** Writes a real-time command: it takes no place in the controller's buffer, and no `ok`. */
  async command(call: LinkCall, bytes: Uint8Array): Promise<void> {
    this.hearing.assertOpen();
    await call.wire.write(bytes);
  }

  /** Writes what resets the controller. It counts from when it leaves: broken off after that, it may be heard all the same. */
  async reset(call: LinkCall, bytes: Uint8Array): Promise<void> {
    this.hearing.assertOpen();
    await call.wire.write(bytes, { onBegin: () => void this.#resetAt.push(this.#clock.monotonic()) });
  }

  /** How many resets may still be followed by a start-up message; of one that was not heard there is none. */
  get resetsOwed(): number {
    const since = this.#clock.monotonic() - bannerWithinMs;
    while ((this.#resetAt[0] ?? Infinity) <= since) this.#resetAt.shift();
    return this.#resetAt.length;
  }

  /** Writes lines in one go; each is owed an answer from now on. */
  async send(call: LinkCall, texts: readonly string[]): Promise<readonly Sent[]> {
    this.hearing.assertOpen();
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
    await this.hearing.until(isHere, withinMs, call.signal);
    return isHere() ? this.latest : undefined;
  }

  #receive(chunk: Uint8Array): void {
    this.hearing.mark();
    this.#framer.push(chunk, {
      line: (text) => this.#hear(text.endsWith('\r') ? text.slice(0, -1) : text),
      overlong: (bytes) => this.#events.unmatched(`a line of ${bytes} bytes, longer than the limit`),
    });
    this.hearing.poke();
  }

  /** A fault in here must not reach the connection. */
  #hear(text: string): void {
    try {
      this.#take(parseMessage(text), text);
    } catch (error) {
      if (text.startsWith('<')) this.strange = text;
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
    if (this.resetsOwed > 0) this.#resetAt.shift();
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
