import type { Controller } from './controller.ts';
import { slowDownMs } from './interrupts.ts';

/** `!`: what moves slows down, and what is queued is kept; a jog ends. */
export function hold(controller: Controller): void {
  if (controller.state === 'Jog') return endJog(controller);
  if (controller.state === 'Idle') controller.suspend('Hold', 0);
  else if (controller.state === 'Run') {
    controller.planner.halt();
    controller.suspend('Hold', 1);
    controller.after(slowDownMs, () => {
      if (controller.state === 'Hold' && controller.subState === 1) controller.subState = 0;
    });
  }
}

/** `~`: ignored while it slows down, and while the door is open. */
export function resume(controller: Controller): void {
  const { accessories, parser, planner, state, subState } = controller;
  if (subState !== 0 || (state !== 'Hold' && state !== 'Door')) return;
  controller.subState = undefined;
  accessories.spindle = parser.spindle;
  controller.state = planner.isEmpty ? 'Idle' : 'Run';
  planner.run();
  controller.look();
  controller.becomeReady();
}

/** 0x85, and whatever else ends a jog: it slows down, and the rest of it is forgotten. */
export function endJog(controller: Controller): void {
  if (controller.jogEnds) return;
  controller.planner.halt();
  controller.jogEnds = true;
  controller.after(slowDownMs, () => {
    if (!controller.jogEnds) return;
    controller.jogEnds = false;
    controller.planner.clear();
    if (controller.state === 'Jog') controller.state = 'Idle';
    controller.becomeReady();
  });
}
