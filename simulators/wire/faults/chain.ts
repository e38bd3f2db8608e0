import { FrameTrigger } from './frame-trigger.ts';
import { Holding } from './holding.ts';
import type { LiveFault } from './live-fault.ts';
import type { Device, Line, Onward, Stage } from './stage.ts';
import { stageOf } from './stages/index.ts';

interface Slot {
  readonly stage: Stage;
  readonly trigger: FrameTrigger;
}

export interface ChainParts {
  readonly device: Device;
  readonly line: Line;
  /** The two ends: the near side, and the device. */
  readonly ends: Onward;
  readonly onFull: () => void;
}

/** The faults of one connection in their order; what passes in either direction passes the first one first. */
export class Chain {
  readonly #parts: ChainParts;
  readonly #holding: Holding;
  #slots: readonly Slot[] = [];

  constructor(parts: ChainParts) {
    this.#parts = parts;
    this.#holding = new Holding(parts.device.clock, parts.onFull);
  }

  said(frame: Uint8Array): void {
    said(this.#slots, 0, frame, this.#parts.ends);
  }

  heard(frame: Uint8Array): void {
    heard(this.#slots, 0, frame, this.#parts.ends);
  }

  /** Other faults instead. What those before hold back goes on at once, past all others; the last one's came first. */
  set(faults: readonly LiveFault[]): void {
    this.#release();
    const slots: Slot[] = [];
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

  #slotOf(live: LiveFault, slots: readonly Slot[], index: number): Slot {
    const { device, line, ends } = this.#parts;
    const behind = (): readonly Slot[] => (this.#slots === slots ? slots : []);
    const onward: Onward = {
      said: (frame) => said(behind(), index + 1, frame, ends),
      heard: (frame) => heard(behind(), index + 1, frame, ends),
    };
    const trigger = new FrameTrigger(live);
    const stage = stageOf({ fault: live.fault, live, trigger, onward, holding: this.#holding, line, device });
    return { stage, trigger };
  }
}

function said(slots: readonly Slot[], from: number, frame: Uint8Array, ends: Onward): void {
  const slot = slots[from];
  if (slot === undefined) return ends.said(frame);
  slot.trigger.spoke();
  if (slot.stage.said === undefined) said(slots, from + 1, frame, ends);
  else slot.stage.said(frame);
}

function heard(slots: readonly Slot[], from: number, frame: Uint8Array, ends: Onward): void {
  const slot = slots[from];
  if (slot === undefined) return ends.heard(frame);
  if (slot.stage.heard === undefined) heard(slots, from + 1, frame, ends);
  else slot.stage.heard(frame);
}
