import type { Held } from '../holding.ts';
import type { FrameContext, Sized, Stage, StageContext } from '../stage.ts';

export function hang<F extends Sized>(context: FrameContext<'hang', F>): Stage<F> {
  const { live, trigger, onward, holding, line, device } = context;
  const backlog = new Backlog(holding, onward.heard);
  let wake: (() => void) | undefined;
  let forget: (() => void) | undefined;
  const turn = (): void => {
    const hangs = live.isDue && (!live.isOfFrames || live.hasBegun);
    if (hangs === (wake !== undefined)) return;
    if (hangs) fallAsleep();
    else wake?.();
  };
  const fallAsleep = (): void => {
    const readOn = line.pause('some');
    wake = () => {
      wake = undefined;
      live.hasBegun = false;
      backlog.release();
      readOn();
    };
    if (!live.hasBegun) begun();
  };
  const begun = (): void => {
    live.hasBegun = true;
    live.act();
  };
  const end = (): void => {
    forget?.();
    wake?.();
  };
  return {
    begin() {
      forget = device.onTurn(live, turn);
      turn();
    },
    heard(frame) {
      turn();
      if (wake === undefined && live.isOfFrames && trigger.heard(frame)) {
        begun();
        device.turned(live);
      }
      if (wake === undefined) onward.heard(frame);
      else backlog.add(frame);
    },
    said(frame) {
      turn();
      if (wake === undefined) onward.said(frame);
    },
    release: end,
    close: () => forget?.(),
  };
}

export function partialWrite(context: StageContext<'partial-write'>): Stage {
  const { fault, live, trigger, onward, holding, line, device } = context;
  const backlog = new Backlog(holding, onward.heard);
  let readOn: (() => void) | undefined;
  let forget: (() => void) | undefined;
  const release = (): void => {
    forget?.();
    backlog.release();
    readOn?.();
    readOn = undefined;
  };
  return {
    begin() {
      // Having acted as often as it may does not free the line: a write that was cut short stays so.
      forget = device.onTurn(live, () => live.isExpired && release());
    },
    heard(frame) {
      if (readOn !== undefined) return backlog.add(frame);
      if (frame.length <= fault.bytes || !trigger.heard(frame)) return onward.heard(frame);
      live.act(`${fault.bytes} of ${frame.length} bytes`);
      readOn = line.pause('none');
      backlog.add(frame.subarray(fault.bytes));
      if (fault.bytes > 0) onward.heard(frame.subarray(0, fault.bytes));
    },
    release,
    close: () => forget?.(),
  };
}

/** What has arrived and is not read. */
class Backlog<F extends Sized> {
  readonly #holding: FrameContext['holding'];
  readonly #pass: (frame: F) => void;
  readonly #frames = new Map<Held, F>();

  constructor(holding: FrameContext['holding'], pass: (frame: F) => void) {
    this.#holding = holding;
    this.#pass = pass;
  }

  add(frame: F): void {
    const pass = (): void => {
      this.#frames.delete(held);
      this.#pass(frame);
    };
    const held = this.#holding.hold(frame.length, pass);
    this.#frames.set(held, frame);
  }

  release(): void {
    const frames = [...this.#frames];
    this.#frames.clear();
    for (const [held, frame] of frames) if (held.take()) this.#pass(frame);
  }
}
