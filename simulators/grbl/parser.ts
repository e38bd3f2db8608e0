import type { Block, Vector } from './planner.ts';
import { checkGroups, readWords, type Words } from './words.ts';

const letters = ['X', 'Y', 'Z'] as const;

export type Spindle = 'off' | 'clockwise' | 'counterclockwise';

/** What a line asks for besides what it changes in the parser. */
export interface Plan {
  readonly motion?: Block;
  readonly dwellMs?: number;
  /** The planner is emptied before these take effect. */
  readonly spindle?: Spindle;
  readonly speed?: number;
  readonly coolant?: 'off' | 'flood' | 'mist';
  readonly pause?: 'hold' | 'end';
  /** Takes effect when everything before it has. */
  readonly apply?: () => void;
}

export interface Surroundings {
  /** Where the last queued motion ends, in machine coordinates. */
  readonly end: Vector;
  readonly rapid: number;
}

/** The modal state and the coordinate systems; lines are read against them. Arcs are driven as their chord; G28 and G30 are not known. */
export class Parser {
  /** G54–G59; in EEPROM. */
  readonly systems: Vector[] = Array.from({ length: 6 }, () => [0, 0, 0]);
  #shift: Vector = [0, 0, 0];
  #motion = 0;
  #system = 0;
  #isAbsolute = true;
  #isInch = false;
  #feed = 0;
  speed = 0;
  spindle: Spindle = 'off';

  /** After a reset and after M2 and M30; offsets of G92 are kept over the latter. */
  reset(withShift = true): void {
    this.#motion = 0;
    this.#system = 0;
    this.#isAbsolute = true;
    this.#isInch = false;
    this.#feed = 0;
    this.spindle = 'off';
    if (withShift) this.#shift = [0, 0, 0];
  }

  /** Sum of the work coordinate system and G92. */
  get offset(): Vector {
    return add(this.systems[this.#system] ?? [0, 0, 0], this.#shift);
  }

  /** `[GC:…]` without what the machine tells itself. */
  print(coolant: string): string {
    const spindle = { off: 'M5', clockwise: 'M3', counterclockwise: 'M4' }[this.spindle];
    const modes = `G${this.#motion} G${54 + this.#system} G17 G${this.#isInch ? 20 : 21} G${this.#isAbsolute ? 90 : 91}`;
    return `[GC:${modes} G94 ${spindle} ${coolant} T0 F${this.#feed} S${this.speed}]`;
  }

  /** Reads a line of G-code. Returns the number of the error, and then nothing has changed. */
  read(line: string, around: Surroundings): Plan | number {
    const words = readWords(line);
    if (typeof words === 'number') return words;
    return checkGroups(words) || this.#plan(words, around);
  }

  /** A jog changes no mode (GRBL 1.1, jogging). */
  readJog(line: string, around: Surroundings): Block | number {
    const words = readWords(line);
    if (typeof words === 'number') return words;
    const { g, m, values } = words;
    const allowed = m.length === 0 && g.every((command) => [20, 21, 53, 90, 91].includes(command));
    if (!allowed || [...values.keys()].some((letter) => !'XYZFN'.includes(letter))) return 16;
    const scale = g.includes(20) || (this.#isInch && !g.includes(21)) ? 25.4 : 1;
    if (!letters.some((letter) => values.has(letter))) return 26;
    const rate = (values.get('F') ?? 0) * scale;
    if (rate <= 0) return 22;
    const isAbsolute = g.includes(53) || (g.includes(90) ? true : g.includes(91) ? false : this.#isAbsolute);
    const target = this.#target(values, around.end, scale, isAbsolute, g.includes(53));
    return { target, rate, kind: 'jog' };
  }

  #plan({ g, m, values }: Words, around: Surroundings): Plan | number {
    const isInch = g.includes(20) || (this.#isInch && !g.includes(21));
    const isAbsolute = g.includes(90) || (this.#isAbsolute && !g.includes(91));
    const motion = g.find((command) => [0, 1, 2, 3, 80].includes(command)) ?? this.#motion;
    const system = g.find((command) => command >= 54 && command <= 59);
    const scale = isInch ? 25.4 : 1;
    const hasAxes = letters.some((letter) => values.has(letter));
    const special = g.find((command) => [4, 10, 92, 92.1].includes(command));
    const feed = values.has('F') ? (values.get('F') ?? 0) * scale : this.#feed;
    const problem = problemWith({ hasAxes, motion, special, feed, values, isMachine: g.includes(53) });
    if (problem !== 0) return problem;
    this.#isInch = isInch;
    this.#isAbsolute = isAbsolute;
    this.#motion = motion;
    this.#system = system === undefined ? this.#system : system - 54;
    this.#feed = feed;
    const target = this.#target(values, around.end, scale, isAbsolute || g.includes(53), g.includes(53));
    return {
      ...machinePlan(m),
      ...(values.has('S') && { speed: values.get('S') ?? 0 }),
      ...(special === 4 && { dwellMs: (values.get('P') ?? 0) * 1000 }),
      ...((special === 10 || special === 92 || special === 92.1) && {
        apply: () => this.#setOffset(special, values, scale, around.end),
      }),
      ...(special === undefined &&
        hasAxes && {
          motion: { target, rate: motion === 0 ? around.rapid : feed, kind: motion === 0 ? 'rapid' : 'feed' } as const,
        }),
    };
  }

  #target(
    values: ReadonlyMap<string, number>,
    end: Vector,
    scale: number,
    isAbsolute: boolean,
    isMachine: boolean,
  ): Vector {
    const { offset } = this;
    const along = (index: 0 | 1 | 2): number => {
      const value = values.get(letters[index]);
      if (value === undefined) return end[index];
      return value * scale + (isAbsolute ? (isMachine ? 0 : offset[index]) : end[index]);
    };
    return [along(0), along(1), along(2)];
  }

  /** G10 L2 and L20, G92: only the axes that are named. */
  #setOffset(command: number, values: ReadonlyMap<string, number>, scale: number, position: Vector): void {
    if (command === 92.1) return void (this.#shift = [0, 0, 0]);
    const named = (values.get('P') ?? 0) - 1;
    const system = named < 0 ? this.#system : named;
    const base = this.systems[system] ?? [0, 0, 0];
    const along = (index: 0 | 1 | 2): number => {
      const value = values.get(letters[index]);
      if (command === 92)
        return value === undefined ? this.#shift[index] : position[index] - base[index] - value * scale;
      if (value === undefined) return base[index];
      return values.get('L') === 2 ? value * scale : position[index] - this.#shift[index] - value * scale;
    };
    const next: Vector = [along(0), along(1), along(2)];
    if (command === 92) this.#shift = next;
    else this.systems[system] = next;
  }
}

interface Line {
  readonly hasAxes: boolean;
  readonly motion: number;
  readonly special: number | undefined;
  readonly feed: number;
  readonly values: ReadonlyMap<string, number>;
  readonly isMachine: boolean;
}

function problemWith({ hasAxes, motion, special, feed, values, isMachine }: Line): number {
  if (special === 4) return values.has('P') ? 0 : 28;
  if (special === 10) return !values.has('L') || !values.has('P') ? 28 : hasAxes ? 0 : 26;
  if (special === 92) return hasAxes ? 0 : 26;
  if (special !== undefined) return 0;
  if (isMachine && motion !== 0 && motion !== 1) return 30;
  if (hasAxes && motion === 80) return 31;
  if (!hasAxes && (motion === 2 || motion === 3) && (values.has('I') || values.has('J') || values.has('R'))) return 32;
  return hasAxes && motion !== 0 && feed <= 0 ? 22 : 0;
}

function machinePlan(commands: readonly number[]): Plan {
  const spindle = { 3: 'clockwise', 4: 'counterclockwise', 5: 'off' } as const;
  const coolant = { 7: 'mist', 8: 'flood', 9: 'off' } as const;
  const pause = { 0: 'hold', 2: 'end', 30: 'end' } as const;
  let plan: Plan = {};
  for (const command of commands) {
    if (command === 3 || command === 4 || command === 5) plan = { ...plan, spindle: spindle[command] };
    if (command === 7 || command === 8 || command === 9) plan = { ...plan, coolant: coolant[command] };
    if (command === 0 || command === 2 || command === 30) plan = { ...plan, pause: pause[command] };
  }
  return plan;
}

function add(one: Vector, other: Vector): Vector {
  return [one[0] + other[0], one[1] + other[1], one[2] + other[2]];
}
