import type { Clock, Timer } from '../../src/clock.ts';
import { Accessories } from './accessories.ts';
import type { GrblOptions } from './options.ts';
import { Parser } from './parser.ts';
import { type Block, Planner, type Vector } from './planner.ts';
import { Settings } from './settings.ts';
import type { Push, State } from './state.ts';
import { Timers } from './timers.ts';

/** What waits for room in the planner or for its end, or for time; lines are not read meanwhile. */
interface Pending {
  readonly isDue: () => boolean;
  readonly run: () => void;
}

/** The state of a controller and its machine, and what waits in it; what changes it stands in the other files. */
export class Controller {
  readonly options: GrblOptions;
  readonly settings: Settings;
  readonly parser = new Parser();
  readonly accessories = new Accessories();
  readonly planner: Planner;
  state: State = 'Idle';
  subState: number | undefined;
  /** A critical alarm: nothing is answered until a reset. */
  locked = false;
  /** A homing cycle, or the pause after an alarm. */
  isBusy = false;
  /** What comes now is lost. */
  isDeaf = false;
  /** A jog slows down because it was cancelled. */
  jogEnds = false;
  isDoorOpen = false;
  /** Axes whose limit switch is pressed. */
  readonly limits = new Set<'X' | 'Y' | 'Z'>();
  /** The alarm that the next homing cycle ends with. */
  homingFails: number | undefined;
  readonly #timers: Timers;
  readonly #listeners = new Set<(push: Push) => void>();
  readonly #ready = new Set<() => void>();
  #pending: Pending | undefined;
  #started: Timer | undefined;

  constructor(clock: Clock, options: GrblOptions) {
    this.options = options;
    this.settings = new Settings(options);
    this.#timers = new Timers(clock);
    this.planner = new Planner(
      clock,
      (block) => this.#speed(block),
      () => this.#moved(),
    );
    if (options.homing) this.state = 'Alarm';
  }

  get isReading(): boolean {
    const isSuspended = this.state === 'Hold' || this.state === 'Door' || this.state === 'Sleep';
    const isOccupied = this.isBusy || this.isDeaf || this.jogEnds || this.#pending !== undefined;
    return !this.locked && !isSuspended && !isOccupied;
  }

  /** Whether a status report is given (GRBL 1.1, interface: not while homing, nor after a critical alarm). */
  get tells(): boolean {
    return !this.locked && !this.isBusy;
  }

  /** Right after an alarm it hears nothing, not even a reset. */
  get canReset(): boolean {
    return !this.isBusy || this.state === 'Home';
  }

  /** Machine coordinates, in mm. */
  get position(): Vector {
    return this.planner.position;
  }

  get offset(): Vector {
    return this.parser.offset;
  }

  /** Input pins that are triggered. */
  get pins(): string {
    const axes = ['X', 'Y', 'Z'] as const;
    return `${axes.filter((axis) => this.limits.has(axis)).join('')}${this.isDoorOpen ? 'D' : ''}`;
  }

  onPush(listener: (push: Push) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Called when lines can be read again. */
  onReady(listener: () => void): () => void {
    this.#ready.add(listener);
    return () => this.#ready.delete(listener);
  }

  close(): void {
    this.#timers.cancelAll();
    this.planner.halt();
  }

  push(push: Push): void {
    for (const listener of this.#listeners) listener(push);
  }

  becomeReady(): void {
    for (const listener of this.#ready) listener();
  }

  after(ms: number, run: () => void): Timer {
    return this.#timers.after(ms, run);
  }

  /** Lets what is queued begin. */
  start(ms: number): void {
    if (this.planner.isEmpty || this.state !== 'Idle') return;
    this.#started?.cancel();
    this.#started = this.after(ms, () => {
      if (this.state !== 'Idle' || this.planner.isEmpty) return;
      this.state = 'Run';
      this.planner.run();
    });
  }

  suspend(state: 'Hold' | 'Door', subState: number): void {
    this.#started?.cancel();
    this.state = state;
    this.subState = subState;
  }

  /** Runs at once or as soon as it is due; until then no line is read. */
  wait(isDue: () => boolean, run: () => void): void {
    if (isDue()) return run();
    this.#pending = { isDue, run };
  }

  /** Runs what waits, if it is due. */
  look(): void {
    const pending = this.#pending;
    if (pending === undefined || !pending.isDue()) return;
    this.#pending = undefined;
    pending.run();
    this.becomeReady();
  }

  /** Forgets all that is queued or waits. */
  drop(): void {
    this.#timers.cancelAll();
    this.planner.clear();
    this.#pending = undefined;
    this.subState = undefined;
    this.jogEnds = false;
    this.isBusy = false;
    this.isDeaf = false;
  }

  #moved(): void {
    if (this.planner.isEmpty && (this.state === 'Run' || (this.state === 'Jog' && !this.jogEnds))) this.state = 'Idle';
    this.look();
  }

  #speed({ rate, kind }: Block): number {
    const { feed, rapid } = this.accessories;
    const percent = kind === 'jog' ? 100 : kind === 'rapid' ? rapid : feed;
    return Math.min(this.settings.get(110), rate) * (percent / 100);
  }
}
