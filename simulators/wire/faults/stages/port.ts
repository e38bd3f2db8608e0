import type { FaultKind } from '../kinds.ts';
import type { FrameContext, Stage } from '../stage.ts';

/** Faults of the port that wait for a frame. What is heard still reaches the device; of what it says nothing gets out. */
export function port<F>({ live, trigger, onward, device }: FrameContext<FaultKind, F>): Stage<F> {
  if (!live.isOfFrames) return {};
  let isCut = false;
  return {
    heard(frame) {
      const strikes = trigger.heard(frame);
      isCut ||= strikes;
      onward.heard(frame);
      if (strikes) device.failPort(live);
    },
    said(frame) {
      if (isCut) return;
      if (!trigger.said(frame)) return onward.said(frame);
      isCut = true;
      device.failPort(live);
    },
  };
}
