import type { Position, Report, StateName } from './codec/report.ts';

const millimetresPerInch = 25.4;

/** The properties that every status report tells. */
export interface Values {
  readonly state?: StateName;
  readonly 'sub-state'?: number | null;
  readonly 'machine-position'?: Position;
  readonly 'work-position'?: Position;
  readonly 'feed-rate'?: number;
}

/** What is known of the machine: reports hold only a part each. In mm and mm/min, whatever the controller tells in. */
export class Picture {
  #inches: boolean | undefined;
  #report: Report | undefined;
  #offset: Position | undefined;
  #overrides: Report['overrides'];

  /** $13: positions and feeds are told in inches. Undefined until the settings were read. */
  get inches(): boolean | undefined {
    return this.#inches;
  }

  /** What was told in other units is told anew. */
  set inches(inches: boolean) {
    if (this.#inches !== undefined && this.#inches !== inches) this.forget();
    this.#inches = inches;
  }

  take(report: Report): void {
    this.#report = report;
    this.#offset = report.offset ?? this.#offset;
    this.#overrides = report.overrides ?? this.#overrides;
  }

  /** After a reset, too: offsets and overrides are told anew. */
  forget(): void {
    this.#report = undefined;
    this.#offset = undefined;
    this.#overrides = undefined;
  }

  get offset(): Position | undefined {
    return this.#scaled(this.#offset);
  }

  /** WPos = MPos − WCO (GRBL 1.1, interface: "Work Coordinate Offset"). */
  get machine(): Position | undefined {
    const { machine, work } = this.#report ?? {};
    return this.#scaled(machine ?? (work && this.#offset && combined(work, this.#offset, 1)));
  }

  get work(): Position | undefined {
    const { machine, work } = this.#report ?? {};
    return this.#scaled(work ?? (machine && this.#offset && combined(machine, this.#offset, -1)));
  }

  /** Values of the properties that can be told now. */
  values(): Values {
    const report = this.#report;
    if (report === undefined) return {};
    const { inches, machine, work } = this;
    const feed = inches === undefined ? undefined : report.feed;
    return {
      state: report.state,
      'sub-state': report.subState ?? null,
      ...(machine && { 'machine-position': machine }),
      ...(work && { 'work-position': work }),
      ...(feed !== undefined && { 'feed-rate': round(feed * (inches === true ? millimetresPerInch : 1)) }),
    };
  }

  /** Values of the properties that are told now and then. */
  told(): Record<string, unknown> {
    const report = this.#report;
    return withoutUndefined({
      'spindle-speed': report?.spindle,
      overrides: this.#overrides,
      buffer: report?.buffer,
      pins: report?.pins.slice(0, 20),
    });
  }

  #scaled(position: Position | undefined): Position | undefined {
    if (position === undefined || this.inches === undefined) return undefined;
    const factor = this.inches ? millimetresPerInch : 1;
    return { x: round(position.x * factor), y: round(position.y * factor), z: round(position.z * factor) };
  }
}

export function combined(one: Position, other: Position, sign: 1 | -1): Position {
  return {
    x: round(one.x + sign * other.x),
    y: round(one.y + sign * other.y),
    z: round(one.z + sign * other.z),
  };
}

/** Sums of decimals carry binary dust; the controller tells no more than four decimals. */
function round(value: number): number {
  return Math.round(value * 10_000) / 10_000 + 0;
}

function withoutUndefined(values: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}
