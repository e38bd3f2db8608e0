import { Controller } from './controller.ts';
import { executeLine } from './execution.ts';
import { powerCycle, raiseAlarm, reset, toDoor } from './interrupts.ts';
import type { Vector } from './planner.ts';
import type { Reply } from './state.ts';
import { endJog, hold, resume } from './suspension.ts';

/** Lines that are remembered. */
const maxExecuted = 10_000;

/**
 * A three-axis machine with a GRBL 1.1 controller, from its documentation. Lines are executed one at a time while
 * `isReading`; motions run on the clock.
 */
export class GrblBehaviour extends Controller {
  readonly banner = "Grbl 1.1h ['$' for help]";
  /** Lines that were executed, oldest first; bounded. */
  readonly executed: string[] = [];

  /** Executes one line that has lost its blanks and comments. */
  execute(line: string, reply: Reply): void {
    if (this.executed.push(line) > maxExecuted) this.executed.shift();
    executeLine(this, line, reply);
  }

  /** Real-time commands but the status query (GRBL 1.1, commands). False for a byte that is none. */
  realtime(byte: number): boolean {
    const command = realtimeCommands[byte];
    if (command === undefined) return this.#override(byte);
    command(this);
    return true;
  }

  /** A limit switch is hit, a probe fails, …: as a test or a person wants it. */
  raiseAlarm(code: number): void {
    raiseAlarm(this, code);
  }

  /** The next homing cycle ends with this alarm. */
  failHoming(code: number): void {
    this.homingFails = code;
  }

  /** Power is cut and comes back: position and modes are lost, what is in EEPROM is kept. */
  powerCycle(): void {
    powerCycle(this);
  }

  /** A limit switch is pressed or let go; with hard limits ($21) that is an alarm at once. */
  pressLimit(axis: 'X' | 'Y' | 'Z', isPressed: boolean): void {
    const wasPressed = this.limits.has(axis);
    if (!isPressed) return void this.limits.delete(axis);
    this.limits.add(axis);
    if (!wasPressed && this.settings.get(21) !== 0 && this.state !== 'Alarm' && this.state !== 'Home')
      raiseAlarm(this, 1);
  }

  /** The carriages are pushed somewhere by hand. False while they are driven. */
  shove(position: Vector): boolean {
    if (!this.planner.isEmpty || this.isBusy) return false;
    this.planner.place(position);
    return true;
  }

  openDoor(): void {
    this.isDoorOpen = true;
    toDoor(this);
  }

  closeDoor(): void {
    this.isDoorOpen = false;
    if (this.state === 'Door') this.subState = 0;
  }

  #override(byte: number): boolean {
    let isOne = false;
    this.planner.change(() => (isOne = this.accessories.override(byte)));
    return isOne;
  }
}

const realtimeCommands: Readonly<Record<number, ((machine: Controller) => void) | undefined>> = {
  0x18: reset,
  0x21: hold,
  0x7e: resume,
  0x84: toDoor,
  0x85: (machine) => {
    if (machine.state === 'Jog') endJog(machine);
  },
};
