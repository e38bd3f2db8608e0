import type { Held } from '../holding.ts';
import type { FrameContext, Sized, Stage, StageContext } from '../stage.ts';
import { randomBytes } from './choices.ts';

export function mute<F extends Sized>({ live, trigger, onward }: FrameContext<'mute', F>): Stage<F> {
  let isMute = !live.isOfFrames;
  return {
    heard(frame) {
      if (live.isOfFrames) isMute = trigger.heard(frame);
      onward.heard(frame);
    },
    said(frame) {
      if (isMute && live.isDue) live.act(`${frame.length} bytes`);
      else onward.said(frame);
    },
  };
}

/** Bytes that a boot loader's own baud rate makes of its banner. */
const noiseBytes = 12;

export function reset({ fault, live, trigger, onward, holding, line }: StageContext<'reset'>): Stage {
  const { banner, bootMs = 0 } = fault;
  // What is not about frames is about openings: the third one, half of them.
  const isOfHeard = fault.match !== undefined || fault.afterBytes !== undefined;
  let booting: Held | undefined;
  const up = (): void => {
    booting?.take();
    booting = undefined;
    onward.said(banner === undefined ? randomBytes(noiseBytes, live.random) : Buffer.from(banner, 'latin1'));
  };
  const restart = (): void => {
    live.act();
    booting?.take();
    if (bootMs === 0) return up();
    booting = holding.hold(0, up, bootMs);
  };
  const opened = (): void => {
    if (live.selects(0, () => true)) restart();
  };
  let forget: (() => void) | undefined;
  return {
    begin() {
      if (isOfHeard) return;
      if (line.onOpened === undefined) opened();
      else forget = line.onOpened(opened);
    },
    heard(frame) {
      if (isOfHeard && trigger.heard(frame)) return restart();
      if (booting === undefined) onward.heard(frame);
    },
    said(frame) {
      if (booting === undefined) onward.said(frame);
    },
    release() {
      forget?.();
      if (booting !== undefined) up();
    },
    close: () => forget?.(),
  };
}
