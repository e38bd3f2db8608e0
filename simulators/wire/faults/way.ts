import type { Direction, Stage, StageContext } from './stage.ts';

/** One direction of a connection, for faults that act on either. */
export interface Way {
  readonly selects: (frame: Uint8Array) => boolean;
  readonly pass: (frame: Uint8Array) => void;
}

type Line = Pick<StageContext, 'trigger' | 'onward'>;

function wayOf({ trigger, onward }: Line, direction: Direction): Way {
  return { selects: (frame) => trigger[direction](frame), pass: (frame) => onward[direction](frame) };
}

/** A fault that can act on either direction. */
interface Directed extends Line {
  readonly fault: { readonly direction?: Direction };
}

/** A stage on the direction that the fault says, `said` by default; the other one passes by. */
export function directed(
  context: Directed,
  build: (way: Way) => Pick<Stage, 'release'> & { readonly take: (frame: Uint8Array) => void },
): Stage {
  const { direction = 'said' } = context.fault;
  const { take, ...rest } = build(wayOf(context, direction));
  return { [direction]: take, ...rest };
}
