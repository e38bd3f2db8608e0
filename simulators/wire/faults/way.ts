import type { FaultKind } from './kinds.ts';
import type { Direction, FrameContext, Stage } from './stage.ts';

/** One direction of a connection, for faults that act on either. */
export interface Way<F = Uint8Array> {
  readonly selects: (frame: F) => boolean;
  readonly pass: (frame: F) => void;
}

type Line<F> = Pick<FrameContext<FaultKind, F>, 'trigger' | 'onward'>;

function wayOf<F>({ trigger, onward }: Line<F>, direction: Direction): Way<F> {
  return { selects: (frame) => trigger[direction](frame), pass: (frame) => onward[direction](frame) };
}

/** A fault that can act on either direction. */
interface Directed<F> extends Line<F> {
  readonly fault: { readonly direction?: Direction };
}

/** A stage on the direction that the fault says, `said` by default; the other one passes by. */
export function directed<F>(
  context: Directed<F>,
  build: (way: Way<F>) => Pick<Stage<F>, 'release'> & { readonly take: (frame: F) => void },
): Stage<F> {
  const { direction = 'said' } = context.fault;
  const { take, ...rest } = build(wayOf(context, direction));
  return { [direction]: take, ...rest };
}
