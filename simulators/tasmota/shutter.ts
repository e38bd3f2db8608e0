import type { Clock, Timer } from '../../src/clock.ts';

/** A shutter that takes its time from one end to the other. */
export class Shutter {
  readonly #clock: Clock;
  readonly #travelMs: number;
  readonly #moved: () => void;
  #from = 0;
  #to = 0;
  #since = 0;
  #arrival: Timer | undefined;

  constructor(clock: Clock, travelSeconds: number, moved: () => void) {
    this.#clock = clock;
    this.#travelMs = travelSeconds * 1000;
    this.#moved = moved;
  }

  /** Percent open. */
  get position(): number {
    return Math.round(this.#exact);
  }
  /** 1 opening, -1 closing, 0 at rest. */
  get direction(): -1 | 0 | 1 {
    if (this.#arrival === undefined) return 0;
    return this.#to > this.#from ? 1 : -1;
  }
  get target(): number {
    return this.#to;
  }

  moveTo(percent: number): void {
    this.#from = this.#exact;
    this.#to = percent;
    this.#since = this.#clock.monotonic();
    this.#arrival?.cancel();
    this.#arrival = undefined;
    const ms = (Math.abs(percent - this.#from) / 100) * this.#travelMs;
    if (ms > 0) this.#arrival = this.#clock.timer(ms, () => this.#rest(percent));
    this.#moved();
  }

  stop(): void {
    if (this.direction !== 0) this.#rest(this.position);
  }

  close(): void {
    this.#arrival?.cancel();
    this.#arrival = undefined;
  }

  #rest(at: number): void {
    this.close();
    this.#from = at;
    this.#to = at;
    this.#moved();
  }

  get #exact(): number {
    if (this.#arrival === undefined) return this.#to;
    const gone = ((this.#clock.monotonic() - this.#since) / this.#travelMs) * 100;
    return this.#from + this.direction * Math.min(gone, Math.abs(this.#to - this.#from));
  }
}
