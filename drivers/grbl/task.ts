import type { ByteWire, Call, Clock } from '../../src/driver/index.ts';
import { realtime } from './codec/realtime.ts';
import { alarmInstead, motionAlarm, refused, resetMeanwhile, silent } from './failures.ts';
import type { Link } from './link.ts';
import type { Sent } from './owed.ts';

export interface TaskSettings {
  readonly clock: Clock;
  /** How often the status is asked for while something is under way. */
  readonly statusMs: number;
  /** How long the controller may be idle, or silent, while it owes something. */
  readonly stallMs: number;
  /** How long it may be held, or its door open. */
  readonly holdLimitMs: number;
}

/** What is shown of a task that goes on. */
export type Show = () => Readonly<Record<string, string | number>>;

/** One command under way: waits for what it needs, watches the machine, and ends with an alarm or a reset. */
export class Task {
  readonly #link: Link;
  readonly #call: Call<ByteWire, never>;
  readonly #settings: TaskSettings;
  readonly #isMotion: boolean;
  readonly #alarms: number;
  readonly #resets: number;
  #askAt: number;
  #aliveAt: number;
  #heldSince: number | undefined;
  #reports: number;
  #owedBytes = 0;

  constructor(link: Link, call: Call<ByteWire, never>, settings: TaskSettings, kind: 'motion' | 'line') {
    this.#link = link;
    this.#call = call;
    this.#settings = settings;
    this.#isMotion = kind === 'motion';
    this.#alarms = link.alarms;
    this.#resets = link.resets;
    this.#reports = link.reports;
    const now = settings.clock.monotonic();
    this.#askAt = now + settings.statusMs;
    this.#aliveAt = now;
  }

  /** Throws if an alarm or a reset has come since the task began. */
  check(): void {
    const { alarms, lastAlarm = 0, resets } = this.#link;
    if (alarms !== this.#alarms) throw this.#isMotion ? motionAlarm(lastAlarm) : alarmInstead(lastAlarm);
    if (resets !== this.#resets) throw resetMeanwhile();
  }

  /** Resolves when a line is answered with `ok`. Rejects with the error that it is answered with. */
  async ok(sent: Sent, show?: Show, stallMs?: number): Promise<void> {
    const answer = await this.until(() => sent.answer, show, stallMs);
    if (answer !== 'ok') throw refused(answer, sent.text);
  }

  /** Resolves with a status that was told after this was called and that is as wished. */
  async idle(show?: Show): Promise<void> {
    const { reports } = this.#link;
    const isIdle = (): true | undefined =>
      this.#link.reports !== reports && this.#link.latest?.state === 'Idle' ? true : undefined;
    await this.#ask();
    await this.until(isIdle, show);
  }

  /**
   * Resolves with what `look` finds, asking for the status all the while. The task goes on as long as the machine does:
   * it is given up when that is idle or silent for `stallMs`, or held for too long.
   */
  async until<T>(look: () => T | undefined, show?: Show, stallMs = this.#settings.stallMs): Promise<T> {
    this.#aliveAt = Math.max(this.#aliveAt, this.#settings.clock.monotonic());
    for (;;) {
      this.check();
      const found = look();
      if (found !== undefined) return found;
      this.#watch(show);
      const { clock } = this.#settings;
      const now = clock.monotonic();
      if (now >= this.#askAt) await this.#ask();
      else if (now < this.#giveUpAt(stallMs)) {
        await this.#link.hearing.next(Math.min(this.#askAt, this.#giveUpAt(stallMs)) - now, this.#call.signal);
      } else await this.#lastLook(look, stallMs);
    }
  }

  async #ask(): Promise<void> {
    this.#askAt = this.#settings.clock.monotonic() + this.#settings.statusMs;
    await this.#link.command(this.#call, realtime.status);
  }

  /** Whatever waits in the process may have been heard in time. */
  async #lastLook(look: () => unknown, stallMs: number): Promise<void> {
    await this.#settings.clock.ioTurn();
    this.check();
    this.#watch(undefined);
    if (look() === undefined && this.#settings.clock.monotonic() >= this.#giveUpAt(stallMs)) throw silent(stallMs);
  }

  #giveUpAt(stallMs: number): number {
    const silentAt = this.#aliveAt + stallMs;
    return this.#heldSince === undefined ? silentAt : Math.min(silentAt, this.#heldSince + this.#settings.holdLimitMs);
  }

  /** A machine that moves, or an answer that came, is a sign of life; so is a new status for those who watch. */
  #watch(show: Show | undefined): void {
    const { latest, owed, reports } = this.#link;
    const now = this.#settings.clock.monotonic();
    if (owed.bytes < this.#owedBytes) this.#aliveAt = now;
    this.#owedBytes = owed.bytes;
    if (reports === this.#reports) return;
    this.#reports = reports;
    const state = latest?.state;
    const isHeld = state === 'Hold' || state === 'Door';
    this.#heldSince = isHeld ? (this.#heldSince ?? now) : undefined;
    if (isHeld || state === 'Run' || state === 'Jog' || state === 'Home') this.#aliveAt = now;
    this.#call.progress({ state: state ?? 'unknown', ...show?.() });
  }
}
