import type { FaultKind } from '../kinds.ts';
import { corrupt, drop, truncate } from '../stages/changing.ts';
import { port } from '../stages/port.ts';
import { mute } from '../stages/silence.ts';
import { hang } from '../stages/stalling.ts';
import { delay, duplicate, late } from '../stages/waiting.ts';
import { lostAck, nak, wrongDevice } from './answering.ts';
import { asPayload, invalidJson, reorder, retained } from './changing.ts';
import type { MessageContext, MessageStage } from './message-stage.ts';

type Builders = { readonly [K in FaultKind]?: (context: MessageContext<K>) => MessageStage };

/** What each kind does to messages; those of byte streams are not here. */
const builders: Builders = {
  delay,
  late,
  drop,
  duplicate,
  corrupt: (context) => corrupt(context, asPayload),
  truncate: (context) => truncate(context, asPayload),
  hang,
  mute,
  nak,
  'wrong-device': wrongDevice,
  retained,
  'lost-ack': lostAck,
  reorder,
  'invalid-json': invalidJson,
  unplug: port,
  'broker-gone': port,
};

export function messageStageOf(context: MessageContext): MessageStage {
  // The builder of a kind is looked up by the fault's own kind.
  const build = builders[context.fault.kind] as ((context: MessageContext) => MessageStage) | undefined;
  return build?.(context) ?? {};
}
