import type { Clock, Timer } from '../clock.ts';
import type { Device } from '../device/device.ts';
import { normal, type Phase, raised, step } from './condition.ts';
import { type Look, look } from './look.ts';
import { type AlarmSettings, referenceOf } from './rule.ts';

export interface WatchedParts {
  readonly rule: AlarmSettings;
  readonly device: Device;
  readonly clock: Clock;
  /** It is raised already, from before. */
  readonly isRaised: boolean;
  /** Must not throw. */
  readonly changed: (change: 'raised' | 'cleared', seen: Look) => void;
}

/** One rule on one device: looks whenever something may have changed, and when time alone may change it. */
export class Watched {
  readonly #parts: WatchedParts;
  #phase: Phase;
  #timer: { readonly at: number; readonly timer: Timer } | undefined;
  #closed = false;

  constructor(parts: WatchedParts) {
    this.#parts = parts;
    this.#phase = parts.isRaised ? raised : normal;
  }

  get rule(): AlarmSettings {
    return this.#parts.rule;
  }
  get device(): Device {
    return this.#parts.device;
  }

  /** Whether it looks at a property of its device. */
  looksAt(property: string): boolean {
    const { rule } = this.#parts;
    return rule.property === property || referenceOf(rule) === property;
  }

  /** Takes over an alarm that turns out to have been raised before. */
  resume(): void {
    this.#phase = raised;
    this.update();
  }

  update(): void {
    if (this.#closed) return;
    const { rule, device, clock, changed } = this.#parts;
    const seen = look(rule, device);
    const { phase, change, dueInMs } = step(this.#phase, seen.verdict, clock.monotonic(), rule.delayMs);
    this.#phase = phase;
    this.#schedule(Math.min(dueInMs ?? Infinity, this.#ageMatters() ? beyondMs(seen) : Infinity));
    if (change !== undefined) changed(change, seen);
  }

  close(): void {
    this.#closed = true;
    this.#timer?.timer.cancel();
    this.#timer = undefined;
  }

  /** An alarm that is raised and whose value grows old stays as it is, and so does a value that is normal. */
  #ageMatters(): boolean {
    if (this.#phase.kind === 'raised') return false;
    return this.#parts.rule.stale !== undefined || this.#phase.kind === 'pending';
  }

  /** Keeps the earliest instant: when it comes the next one is known, and values that go on coming start no timers. */
  #schedule(ms: number): void {
    if (!Number.isFinite(ms)) return;
    const { clock } = this.#parts;
    const at = clock.monotonic() + Math.max(1, Math.ceil(ms));
    if (this.#timer !== undefined && this.#timer.at <= at) return;
    this.#timer?.timer.cancel();
    const timer = clock.timer(at - clock.monotonic(), () => {
      this.#timer = undefined;
      // After a stalled event loop a newer value may have arrived and not been heard.
      void clock.ioTurn().then(() => this.update());
    });
    this.#timer = { at, timer };
  }
}

/** The first instant at which a value that is good now is so no more. */
function beyondMs({ goodForMs, problem }: Look): number {
  return problem === undefined && goodForMs >= 0 ? goodForMs + 1 : Infinity;
}
