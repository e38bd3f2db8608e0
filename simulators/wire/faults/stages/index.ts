import type { FaultKind } from '../kinds.ts';
import type { Stage, StageContext } from '../stage.ts';
import { collision, echo, nak, wrongDevice } from './answering.ts';
import { asBytes, corrupt, drop, garbage, truncate } from './changing.ts';
import { merge } from './merging.ts';
import { port } from './port.ts';
import { mute, reset } from './silence.ts';
import { hang, partialWrite } from './stalling.ts';
import { baud, delay, duplicate, late, split } from './waiting.ts';

type Builders = { readonly [K in FaultKind]?: (context: StageContext<K>) => Stage };

/** What each kind does to a byte stream; those of messages are not here. */
const builders: Builders = {
  delay,
  late,
  drop,
  duplicate,
  corrupt: (context) => corrupt(context, asBytes),
  truncate: (context) => truncate(context, asBytes),
  split,
  merge,
  garbage,
  echo,
  baud,
  'partial-write': partialWrite,
  hang,
  mute,
  nak,
  'wrong-device': wrongDevice,
  collision,
  'io-error': port,
  'zero-read': port,
  unplug: port,
  reset,
};

export function stageOf(context: StageContext): Stage {
  // The builder of a kind is looked up by the fault's own kind.
  const build = builders[context.fault.kind] as ((context: StageContext) => Stage) | undefined;
  return build?.(context) ?? {};
}
