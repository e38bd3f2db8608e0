import type { Lens } from '../stages/changing.ts';
import type { Held } from '../holding.ts';
import { directed } from '../way.ts';
import { brokenJson } from './broken-json.ts';
import type { MessageFrame } from './message-frame.ts';
import type { MessageContext, MessageStage } from './message-stage.ts';

/** A message without a payload is a message. */
export const asPayload: Lens<MessageFrame> = {
  bytesOf: ({ payload }) => payload,
  holding: (frame, payload) => frame.holding(Uint8Array.from(payload)),
  isThereWhenEmpty: true,
};

/** What the broker keeps it keeps beyond the fault, until something else is kept in its place. */
export function retained({ trigger, live, onward }: MessageContext<'retained'>): MessageStage {
  return {
    said(frame) {
      // Without a payload it would take back what is kept.
      if (frame.isKept || frame.length === 0 || !trigger.said(frame)) return onward.said(frame);
      live.act(frame.topic);
      onward.said(frame.kept());
    },
  };
}

export function invalidJson({ trigger, live, onward }: MessageContext<'invalid-json'>): MessageStage {
  return {
    said(frame) {
      if (!trigger.said(frame)) return onward.said(frame);
      live.act(frame.topic);
      onward.said(frame.holding(brokenJson(frame.payload, live.random)));
    },
  };
}

export function reorder(context: MessageContext<'reorder'>): MessageStage {
  const { fault, live, holding } = context;
  const { messages = 2, ms = 200 } = fault;
  return directed(context, (way) => {
    let waiting: { readonly frame: MessageFrame; readonly held?: Held }[] = [];
    const taken = (): MessageFrame[] => {
      const frames = waiting.map(({ frame }) => frame);
      for (const { held } of waiting) held?.take();
      waiting = [];
      return frames;
    };
    const pass = (): void => {
      const frames = taken();
      if (frames.length > 1) live.act(`${frames.length} messages`);
      for (const frame of shuffled(frames, live.random)) way.pass(frame);
    };
    return {
      take(frame) {
        const isFirst = waiting.length === 0;
        if (isFirst && !way.selects(frame)) return way.pass(frame);
        const isLast = waiting.length + 1 === messages;
        // The first one's time is the time of all; any of them goes on early with the others if too much is held.
        waiting.push(isLast ? { frame } : { frame, held: holding.hold(frame.length, pass, isFirst ? ms : undefined) });
        if (isLast) pass();
      },
      release() {
        for (const frame of taken()) way.pass(frame);
      },
    };
  });
}

/** In any order but the one that they had, unless there is only one. */
function shuffled<T>(items: readonly T[], random: () => number): readonly T[] {
  const order = items.map((item) => ({ item, key: random() })).toSorted((one, other) => one.key - other.key);
  const isOther = order.some(({ item }, index) => item !== items[index]);
  return isOther ? order.map(({ item }) => item) : [...items.slice(1), ...items.slice(0, 1)];
}
