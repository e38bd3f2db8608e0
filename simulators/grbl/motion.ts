import type { Controller } from './controller.ts';
import { alarm, restart } from './interrupts.ts';
import type { Vector } from './planner.ts';
import type { Reply } from './state.ts';

/** Soft limits ($20). */
export function isWithin({ settings }: Controller, target: Vector): boolean {
  if (settings.get(20) === 0) return true;
  // Machine space is negative: 0 is where the limit switches are.
  return target.every((value, axis) => value <= 1e-6 && value >= -settings.get(130 + axis) - 1e-6);
}

/** `$J=`, without that. Returns the number of an error, or 0. */
export function jog(controller: Controller, line: string): number {
  const { parser, planner, settings } = controller;
  const block = parser.readJog(line, { end: planner.end, rapid: settings.get(110) });
  if (typeof block === 'number') return block;
  if (!isWithin(controller, block.target)) return 15;
  planner.add(block);
  controller.state = 'Jog';
  planner.run();
  return 0;
}

/** `$H`: answered when the cycle is over; one that fails ends in an alarm and a fresh start. */
export function home(controller: Controller, reply: Reply): void {
  controller.state = 'Home';
  controller.isBusy = true;
  controller.after(controller.options.homingMs, () => {
    const failure = controller.homingFails;
    controller.homingFails = undefined;
    if (failure !== undefined) return alarm(controller, failure, () => restart(controller));
    const pullOff = controller.settings.get(27);
    controller.planner.place([-pullOff, -pullOff, -pullOff]);
    controller.isBusy = false;
    controller.state = 'Idle';
    reply.answer('ok');
    controller.becomeReady();
  });
}
