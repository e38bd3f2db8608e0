import type { Clock } from '../../../src/clock.ts';
import { Holding } from './holding.ts';
import type { LiveFault } from './live-fault.ts';
import type { FrameTrigger, Onward, Stage } from './stage.ts';

/** A fault in its place. */
export interface Slot<F> {
  readonly stage: Stage<F>;
  readonly trigger: FrameTrigger<F>;
}

export interface ChainParts<F> {
  readonly clock: Clock;
  /** The two ends: the near side, and the device. */
  readonly ends: Onward<F>;
  readonly onFull: () => void;
  readonly slot: (live: LiveFault, onward: Onward<F>, holding: Holding) => Slot<F>;
}

/** The faults of one connection in their order; what passes in either direction passes the first one first. */
export class Chain<F = Uint8Array> {
  readonly #parts: ChainParts<F>;
  readonly #holding: Holding;
  #slots: readonly Slot<F>[] = [];

  constructor(parts: ChainParts<F>) {
    this.#parts = parts;
    this.#holding = new Holding(parts.clock, parts.onFull);
  }

  said(frame: F): void {
    said(this.#slots, 0, frame, this.#parts.ends);
  }

  heard(frame: F): void {
    heard(this.#slots, 0, frame, this.#parts.ends);
  }

  /** Other faults instead. What those before hold back goes on at once, past all others; the last one's came first. */
  set(faults: readonly LiveFault[]): void {
    this.#release();
    const slots: Slot<F>[] = [];
    for (const [index, live] of faults.entries()) slots.push(this.#slotOf(live, slots, index));
    this.#slots = slots;
    for (const { stage } of slots) stage.begin?.();
  }

  /** The connection is over; what is held back is lost. */
  close(): void {
    for (const { stage } of this.#slots) stage.close?.();
    this.#slots = [];
    this.#holding.close();
  }

  #release(): void {
    const slots = this.#slots;
    this.#slots = [];
    for (const { stage } of slots.toReversed()) stage.release?.();
  }

  #slotOf(live: LiveFault, slots: readonly Slot<F>[], index: number): Slot<F> {
    const { slot, ends } = this.#parts;
    const behind = (): readonly Slot<F>[] => (this.#slots === slots ? slots : []);
    const onward: Onward<F> = {
      said: (frame) => said(behind(), index + 1, frame, ends),
      heard: (frame) => heard(behind(), index + 1, frame, ends),
    };
    return slot(live, onward, this.#holding);
  }
}

function said<F>(slots: readonly Slot<F>[], from: number, frame: F, ends: Onward<F>): void {
  const slot = slots[from];
  if (slot === undefined) return ends.said(frame);
  slot.trigger.spoke?.();
  if (slot.stage.said === undefined) said(slots, from + 1, frame, ends);
  else slot.stage.said(frame);
}

function heard<F>(slots: readonly Slot<F>[], from: number, frame: F, ends: Onward<F>): void {
  const slot = slots[from];
  if (slot === undefined) return ends.heard(frame);
  if (slot.stage.heard === undefined) heard(slots, from + 1, frame, ends);
  else slot.stage.heard(frame);
}
