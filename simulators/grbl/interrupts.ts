import type { Controller } from './controller.ts';

/** How long slowing down takes. */
export const slowDownMs = 15;

/** Everything stops; what follows comes after the pause in which the firmware lets the message out. */
export function alarm(controller: Controller, code: number, then: () => void): void {
  controller.drop();
  controller.state = 'Alarm';
  controller.push({ kind: 'alarm', code });
  controller.isBusy = true;
  controller.after(controller.options.pauseMs, () => {
    controller.isBusy = false;
    then();
    controller.becomeReady();
  });
}

/** A limit switch is hit, a probe fails, …; limits are critical. */
export function raiseAlarm(controller: Controller, code: number): void {
  alarm(controller, code, () => {});
  if (code !== 1 && code !== 2) return;
  controller.locked = true;
  controller.push({ kind: 'message', text: 'Reset to continue' });
}

/** Ctrl-X: in motion it costs the position, and that is an alarm. */
export function reset(controller: Controller): void {
  const { state, subState } = controller;
  const slowsDown = (state === 'Hold' && subState === 1) || (state === 'Door' && subState === 2);
  const isMoving = state === 'Run' || state === 'Jog' || slowsDown;
  if (!controller.canReset) return;
  if (state === 'Home') alarm(controller, 6, () => restart(controller));
  else if (isMoving) alarm(controller, 3, () => restart(controller));
  else restart(controller);
}

/** Position and modes are lost, what is in EEPROM is kept. */
export function powerCycle(controller: Controller): void {
  controller.planner.place([0, 0, 0]);
  controller.state = 'Idle';
  restart(controller);
  if (controller.settings.get(22) !== 0) lock(controller);
}

export function toDoor(controller: Controller): void {
  const { locked, planner, state } = controller;
  if (locked || state === 'Alarm' || state === 'Check' || state === 'Sleep') return;
  if (state === 'Home') return alarm(controller, 7, () => restart(controller));
  controller.push({ kind: 'message', text: 'Check Door' });
  if (state === 'Jog') planner.clear();
  planner.halt();
  controller.suspend('Door', 2);
  controller.after(slowDownMs, () => {
    controller.accessories.off();
    if (controller.state === 'Door') controller.subState = controller.isDoorOpen ? 1 : 0;
  });
}

/** An alarm, and sleep, which lets go of the motors, stay in force over a reset. */
export function restart(controller: Controller): void {
  const wasLocked = controller.state === 'Alarm' || controller.state === 'Sleep';
  controller.drop();
  controller.locked = false;
  controller.parser.reset();
  controller.accessories.reset();
  controller.state = 'Idle';
  controller.push({ kind: 'banner' });
  if (wasLocked) lock(controller);
  if (controller.isDoorOpen) toDoor(controller);
  controller.becomeReady();
}

function lock(controller: Controller): void {
  controller.state = 'Alarm';
  controller.push({ kind: 'message', text: "'$H'|'$X' to unlock" });
}
