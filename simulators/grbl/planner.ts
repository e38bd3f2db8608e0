import type { Clock, Timer } from '../../src/clock.ts';
import { Ramp } from '../behaviour/ramp.ts';

export type Vector = readonly [number, number, number];

export interface Block {
  readonly target: Vector;
  /** mm/min, before overrides. */
  readonly rate: number;
  readonly kind: 'feed' | 'rapid' | 'jog';
}

/** BLOCK_BUFFER_SIZE is 16, one of which is always free. */
export const plannerSize = 15;

/** The motions that are queued, and where the machine is. Speed is constant within a motion: there is no acceleration. */
export class Planner {
  readonly #clock: Clock;
  readonly #speed: (block: Block) => number;
  readonly #done: () => void;
  #blocks: Block[] = [];
  /** Where the machine was at an instant; it moves from there while it runs. */
  #from: Vector = [0, 0, 0];
  /** Millimetres of the first motion that it has come since then. */
  readonly #travelled: Ramp;
  #timer: Timer | undefined;

  /** `speed` is in mm/min, with overrides; `done` is called at the end of each motion. */
  constructor(clock: Clock, speed: (block: Block) => number, done: () => void) {
    this.#clock = clock;
    this.#travelled = new Ramp(clock, { ratePerSecond: 0 });
    this.#speed = speed;
    this.#done = done;
  }

  get free(): number {
    return plannerSize - this.#blocks.length;
  }

  get isEmpty(): boolean {
    return this.#blocks.length === 0;
  }

  get isRunning(): boolean {
    return this.#timer !== undefined;
  }

  /** Where the machine will be when all that is queued is done. */
  get end(): Vector {
    return this.#blocks.at(-1)?.target ?? this.position;
  }

  /** mm/min at this moment. */
  get rate(): number {
    const [block] = this.#blocks;
    return this.isRunning && block !== undefined ? this.#speed(block) : 0;
  }

  get position(): Vector {
    const [block] = this.#blocks;
    if (!this.isRunning || block === undefined) return this.#from;
    const { value, target } = this.#travelled;
    if (value === target) return block.target;
    const part = value / target;
    const [x, y, z] = this.#from;
    const [tx, ty, tz] = block.target;
    return [x + (tx - x) * part, y + (ty - y) * part, z + (tz - z) * part];
  }

  add(block: Block): void {
    this.#blocks.push(block);
  }

  /** Begins or goes on with the first motion. */
  run(): void {
    const [block] = this.#blocks;
    if (this.isRunning || block === undefined) return;
    this.#travelled.settle(0);
    this.#travelled.ratePerSecond = this.#speed(block) / 60;
    this.#travelled.to(distance(this.#from, block.target));
    this.#timer = this.#clock.timer(this.#travelled.arrivesInMs, () => {
      this.#timer = undefined;
      this.#from = block.target;
      this.#blocks.shift();
      this.run();
      this.#done();
    });
  }

  /** Stops where the machine is, and keeps what is queued. */
  halt(): void {
    this.#from = this.position;
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  /** Changes an override while the machine moves. */
  change(apply: () => void): void {
    const wasRunning = this.isRunning;
    this.halt();
    apply();
    if (wasRunning) this.run();
  }

  clear(): void {
    this.halt();
    this.#blocks = [];
  }

  /** Sets where the machine is, after homing or without power. */
  place(position: Vector): void {
    this.clear();
    this.#from = position;
  }
}

function distance(one: Vector, other: Vector): number {
  return Math.hypot(one[0] - other[0], one[1] - other[1], one[2] - other[2]);
}
