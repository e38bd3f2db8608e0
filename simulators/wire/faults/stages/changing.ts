import type { FrameContext, Sized, Stage, StageContext } from '../stage.ts';
import { directed } from '../way.ts';
import { integerBelow, randomBytes } from './choices.ts';

export function drop<F extends Sized>(context: FrameContext<'drop', F>): Stage<F> {
  return directed(context, (way) => ({
    take(frame) {
      if (way.selects(frame)) context.live.act(`${frame.length} bytes`);
      else way.pass(frame);
    },
  }));
}

/** A frame as its bytes, and the same frame with others. */
export interface Lens<F> {
  readonly bytesOf: (frame: F) => Uint8Array;
  readonly holding: (frame: F, bytes: Uint8Array) => F;
  /** Whether something is left to pass on when no byte is. */
  readonly isThereWhenEmpty: boolean;
}

export const asBytes: Lens<Uint8Array> = {
  bytesOf: (frame) => frame,
  holding: (_frame, bytes) => bytes,
  isThereWhenEmpty: false,
};

export function truncate<F extends Sized>(context: FrameContext<'truncate', F>, lens: Lens<F>): Stage<F> {
  const { fault, live } = context;
  return directed(context, (way) => ({
    take(frame) {
      const canBeCut = frame.length > (fault.keep ?? 0);
      if (!canBeCut || !way.selects(frame)) return way.pass(frame);
      const keep = fault.keep ?? integerBelow(frame.length, live.random);
      live.act(`${keep} of ${frame.length} bytes left`);
      if (keep > 0 || lens.isThereWhenEmpty) way.pass(lens.holding(frame, lens.bytesOf(frame).subarray(0, keep)));
    },
  }));
}

export function corrupt<F extends Sized>(context: FrameContext<'corrupt', F>, lens: Lens<F>): Stage<F> {
  const { fault, live } = context;
  const { unit = 'bit', count = 1, at } = fault;
  const changed = unit === 'bit' ? bitsFlipped : bytesChanged;
  return directed(context, (way) => ({
    take(frame) {
      const isThere = frame.length > (at ?? 0);
      if (!isThere || !way.selects(frame)) return way.pass(frame);
      live.act(`${count} ${unit}${count === 1 ? '' : 's'}`);
      way.pass(lens.holding(frame, changed(lens.bytesOf(frame), count, at, live.random)));
    },
  }));
}

/** Different ones, so that none is flipped back. */
function bitsFlipped(frame: Uint8Array, count: number, at: number | undefined, random: () => number): Uint8Array {
  const changed = Uint8Array.from(frame);
  const first = (at ?? 0) * 8;
  const end = at === undefined ? frame.length * 8 : first + 8;
  for (const bit of distinct(count, end - first, random)) {
    const byte = (first + bit) >> 3;
    changed[byte] = (changed[byte] ?? 0) ^ (1 << ((first + bit) & 7));
  }
  return changed;
}

/** Each to another value than it had. With `at`, that one and those behind it. */
function bytesChanged(frame: Uint8Array, count: number, at: number | undefined, random: () => number): Uint8Array {
  const changed = Uint8Array.from(frame);
  const places = at === undefined ? distinct(count, frame.length, random) : following(at, count, frame.length);
  for (const place of places) changed[place] = ((changed[place] ?? 0) + 1 + integerBelow(255, random)) & 255;
  return changed;
}

function following(first: number, count: number, end: number): number[] {
  return Array.from({ length: Math.min(count, end - first) }, (_, offset) => first + offset);
}

/** Numbers below `end`, no two of them the same; all of them if there are not so many. */
function distinct(count: number, end: number, random: () => number): Set<number> {
  const chosen = new Set<number>();
  while (chosen.size < Math.min(count, end)) chosen.add(integerBelow(end, random));
  return chosen;
}

export function garbage(context: StageContext<'garbage'>): Stage {
  const { fault, live } = context;
  const { where = 'before', bytes = 4, text } = fault;
  const noise = (): Uint8Array => (text === undefined ? randomBytes(bytes, live.random) : Buffer.from(text, 'latin1'));
  return directed(context, (way) => ({
    take(frame) {
      if (!way.selects(frame)) return way.pass(frame);
      const before = where === 'after' ? [] : [noise()];
      const after = where === 'before' ? [] : [noise()];
      live.act(where);
      way.pass(new Uint8Array(Buffer.concat([...before, frame, ...after])));
    },
  }));
}
