import type { ByteConnection } from '../../../../src/transport/connection.ts';
import { memoryBytes } from '../../../../src/transport/memory.ts';
import type { Stage, StageContext } from '../stage.ts';
import { randomBytes } from './choices.ts';

export function echo({ trigger, live, onward }: StageContext<'echo'>): Stage {
  return {
    heard(frame) {
      if (trigger.heard(frame)) {
        live.act(`${frame.length} bytes`);
        onward.said(frame);
      }
      onward.heard(frame);
    },
  };
}

export function nak({ fault, trigger, live, onward, device }: StageContext<'nak'>): Stage {
  return {
    heard(frame) {
      // What is not refused in the protocol is not asked about: asking the device's words has effects on its state.
      if (!trigger.heard(frame)) return onward.heard(frame);
      const words = fault.text === undefined ? device.nak?.(frame) : Buffer.from(fault.text, 'latin1');
      if (words === undefined) return onward.heard(frame);
      live.act();
      // Some refuse in silence: SCPI devices leave an entry in their error queue.
      if (words.length > 0) onward.said(words);
    },
  };
}

/** A line between open drivers is low as soon as either is: both sides hear the same bits, of both talkers. */
export function collision({ trigger, live, onward }: StageContext<'collision'>): Stage {
  return {
    heard(frame) {
      if (!trigger.heard(frame)) return onward.heard(frame);
      live.act(`${frame.length} bytes`);
      const talk = randomBytes(frame.length, live.random);
      const garbled = frame.map((byte, at) => byte & (talk[at] ?? 0));
      onward.said(garbled);
      onward.heard(garbled);
    },
  };
}

export function wrongDevice({ trigger, live, onward, device }: StageContext<'wrong-device'>): Stage {
  let other: ByteConnection | undefined;
  let isAsked = !live.isOfFrames;
  // Whether what is said is the other one's: it ends with the fault, but not before what was asked has been answered.
  let isTalking = false;
  const isThere = (): boolean => isAsked && live.isDue;
  const plugIn = (): ByteConnection => {
    const { near, far } = memoryBytes('the wrong device');
    near.onData((frame) => {
      if (isTalking || isThere()) onward.said(frame);
    });
    device.impostor().serve(far);
    return near;
  };
  const unplug = (): void => {
    void other?.close();
    other = undefined;
  };
  return {
    begin() {
      if (isThere()) other ??= plugIn();
    },
    heard(frame) {
      if (live.isOfFrames) isAsked = trigger.heard(frame);
      isTalking = isThere();
      if (!isTalking) return onward.heard(frame);
      live.act();
      other ??= plugIn();
      void other.write(frame).catch(() => {});
    },
    said(frame) {
      if (!isTalking && !isThere()) onward.said(frame);
    },
    release: unplug,
    close: unplug,
  };
}
