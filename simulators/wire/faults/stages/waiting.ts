import type { Held } from '../holding.ts';
import { Queue } from '../queue.ts';
import type { FrameContext, Sized, Stage, StageContext } from '../stage.ts';
import { directed, type Way } from '../way.ts';
import { integerBelow } from './choices.ts';

export function delay<F extends Sized>(context: FrameContext<'delay', F>): Stage<F> {
  const { fault, live, holding } = context;
  return directed(context, (way) => {
    const queue = new Queue(holding, way.pass);
    return {
      take(frame) {
        if (!way.selects(frame)) return queue.at(holding.now(), frame);
        const ms = fault.ms + live.random() * (fault.jitterMs ?? 0);
        live.act(`${Math.round(ms)} ms`);
        queue.at(holding.now() + ms, frame);
      },
      release: () => queue.release(),
    };
  });
}

/** Lets a line's own time pass for each byte; what belongs together on the line comes in slices of some milliseconds. */
export function baud(context: StageContext<'baud'>): Stage {
  const { fault, live, holding } = context;
  const msPerByte = (1000 * (fault.bitsPerCharacter ?? 10)) / fault.baudRate;
  const sliceBytes = Math.max(1, Math.floor(sliceMs / msPerByte));
  return directed(context, (way) => {
    const queue = new Queue(holding, way.pass);
    return {
      take(frame) {
        if (!way.selects(frame)) return queue.at(holding.now(), frame);
        live.act(`${frame.length} bytes`);
        for (const slice of slices(frame, () => sliceBytes)) {
          queue.at(queue.lastDue + slice.length * msPerByte, slice);
        }
      },
      release: () => queue.release(),
    };
  });
}

const sliceMs = 5;

export function split(context: StageContext<'split'>): Stage {
  const { fault, live, holding } = context;
  const next = (left: number): number => fault.bytes ?? 1 + integerBelow(Math.max(1, left - 1), live.random);
  return directed(context, (way) => {
    const queue = new Queue(holding, way.pass);
    return {
      take(frame) {
        const canBeCut = frame.length > (fault.bytes ?? 1);
        if (!canBeCut || !way.selects(frame)) return queue.at(holding.now(), frame);
        const chunks = slices(frame, next);
        live.act(`${chunks.length} chunks`);
        for (const [index, chunk] of chunks.entries()) {
          queue.at(queue.lastDue + (index === 0 ? 0 : (fault.gapMs ?? 0)), chunk);
        }
      },
      release: () => queue.release(),
    };
  });
}

/** `next` says how long a slice is at most, of so many bytes that are left. */
function slices(frame: Uint8Array, next: (left: number) => number): Uint8Array[] {
  const parts: Uint8Array[] = [];
  for (let at = 0; at < frame.length;) {
    const end = at + next(frame.length - at);
    parts.push(frame.subarray(at, end));
    at = end;
  }
  return parts;
}

export function late<F extends Sized>(context: FrameContext<'late', F>): Stage<F> {
  const { fault, live, holding } = context;
  return directed(context, (way) => {
    const loose = new Loose(context, way);
    return {
      take(frame) {
        if (!way.selects(frame)) return way.pass(frame);
        live.act(`${fault.ms} ms`);
        loose.hold(frame, holding.now() + fault.ms);
      },
      release: () => loose.release(),
    };
  });
}

export function duplicate<F extends Sized>(context: FrameContext<'duplicate', F>): Stage<F> {
  const { fault, live, holding } = context;
  const { copies = 1, gapMs = 0 } = fault;
  return directed(context, (way) => {
    const loose = new Loose(context, way);
    return {
      take(frame) {
        const strikes = way.selects(frame);
        way.pass(frame);
        if (!strikes) return;
        live.act(`${copies} more`);
        for (let copy = 0; copy < copies; copy++) {
          if (gapMs === 0) way.pass(frame);
          else loose.hold(frame, holding.now() + gapMs);
        }
      },
      release: () => loose.release(),
    };
  });
}

/** Frames that wait each for themselves. */
class Loose<F extends Sized> {
  readonly #context: Pick<FrameContext, 'holding'>;
  readonly #way: Way<F>;
  readonly #waiting = new Map<Held, { readonly frame: F; readonly due: number }>();

  constructor(context: Pick<FrameContext, 'holding'>, way: Way<F>) {
    this.#context = context;
    this.#way = way;
  }

  hold(frame: F, due: number): void {
    const { holding } = this.#context;
    const pass = (): void => {
      this.#waiting.delete(held);
      this.#way.pass(frame);
    };
    const held = holding.hold(frame.length, pass, due - holding.now());
    this.#waiting.set(held, { frame, due });
  }

  /** In the order in which they would have gone. */
  release(): void {
    const waiting = [...this.#waiting].sort(([, one], [, other]) => one.due - other.due);
    this.#waiting.clear();
    for (const [held, { frame }] of waiting) if (held.take()) this.#way.pass(frame);
  }
}
