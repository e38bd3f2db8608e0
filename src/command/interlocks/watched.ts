import type { Clock, Timer } from '../../clock.ts';
import type { Device } from '../../device/device.ts';
import type { Judgement } from './judge.ts';
import type { Interlock } from './rule.ts';
import { whyNot } from './words.ts';

export interface WatchedParts {
  readonly rule: Interlock;
  readonly device: Device;
  readonly clock: Clock;
  readonly judge: () => Judgement;
  /** Stops the device, and latches it before it returns. Must not throw. */
  readonly stop: (device: Device, cause: string) => void;
}

/**
 * One interlock of one device, watched. It stops the device whenever the interlock does not hold and the device is not
 * latched: once for each violation, and at once again if the latch is released too early.
 *
 * A value that has never been read is no violation at first: nothing is judged until every value could be relied on
 * once, or the device has been ready for `maxAgeMs`. (Commands are forbidden from the start.) What is known and does not
 * hold is judged in any case.
 */
export class Watched {
  readonly #parts: WatchedParts;
  #timer: { readonly at: number; readonly timer: Timer } | undefined;
  #readyAt: number | undefined;
  #judging = false;
  /** Waits for input that has arrived to be taken. */
  #hearing = false;
  #closed = false;

  constructor(parts: WatchedParts) {
    this.#parts = parts;
  }

  get rule(): Interlock {
    return this.#parts.rule;
  }

  /** Whether the interlock looks at this property, or at anything of the device where none is given. */
  looksAt(device: string, property?: string): boolean {
    const { rule, device: own } = this.#parts;
    if (property === undefined && device === own.id) return true;
    return rule.expression.reads.some(
      (read) => (read.device ?? own.id) === device && (property === undefined || read.property === property),
    );
  }

  /** Judges anew; for whenever something may have changed. */
  update(): void {
    if (this.#closed) return;
    const judgement = this.#parts.judge();
    if (!this.#isJudged(judgement)) return;
    if (judgement.satisfied) this.#schedule(goodForMs(judgement) + 1);
    else if (judgement.informed) this.#stop(judgement);
    else this.#hear();
  }

  close(): void {
    this.#closed = true;
    this.#timer?.timer.cancel();
    this.#timer = undefined;
  }

  #isJudged({ informed }: Judgement): boolean {
    if (this.#judging) return true;
    const { clock, device, rule } = this.#parts;
    if (device.state === 'ready') this.#readyAt ??= clock.monotonic();
    const waitedMs = this.#readyAt === undefined ? 0 : clock.monotonic() - this.#readyAt;
    this.#judging = informed || waitedMs >= rule.maxAgeMs;
    if (!this.#judging && this.#readyAt !== undefined) this.#schedule(rule.maxAgeMs - waitedMs);
    return this.#judging;
  }

  /** After a stalled event loop values look old although newer ones have arrived: those have their turn first. */
  #hear(): void {
    if (this.#hearing) return;
    this.#hearing = true;
    void this.#parts.clock.ioTurn().then(() => {
      this.#hearing = false;
      if (this.#closed) return;
      const judgement = this.#parts.judge();
      if (judgement.satisfied) this.update();
      else this.#stop(judgement);
    });
  }

  /** In a turn of its own: this may have been called from within the device, on its way from one state to another. */
  #stop(judgement: Judgement): void {
    const { device, rule, stop } = this.#parts;
    queueMicrotask(() => {
      if (!this.#closed && !device.latched) stop(device, `interlock ${rule.name} ${whyNot(rule, judgement)}`);
    });
  }

  /** Keeps the earliest instant: when it comes the next one is known, and values that go on coming start no timers. */
  #schedule(ms: number): void {
    const { clock } = this.#parts;
    const at = clock.monotonic() + Math.max(1, ms);
    if (this.#timer !== undefined && this.#timer.at <= at) return;
    this.#timer?.timer.cancel();
    const timer = clock.timer(at - clock.monotonic(), () => {
      this.#timer = undefined;
      this.update();
    });
    this.#timer = { at, timer };
  }
}

function goodForMs({ seen }: Judgement): number {
  return Math.min(...seen.map((value) => value.goodForMs));
}
