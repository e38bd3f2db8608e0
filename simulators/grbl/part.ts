import { BellcrankError } from '../../src/driver/index.ts';
import { entry, oneOf, quantity, type SimulatedPart, type StateEntries, whole, yesOrNo } from '../state.ts';
import type { GrblBehaviour } from './model.ts';

const axes = ['x', 'y', 'z'] as const;
const states = ['Idle', 'Run', 'Hold', 'Jog', 'Alarm', 'Door', 'Check', 'Home', 'Sleep'] as const;

/** Farthest that anything is from anything on it, which is more than any machine’s travel. */
const farMm = 100_000;

/** Alarm 9: homing ends without a limit switch found (GRBL 1.1, interface: "Alarm"). */
const homingFailure = 9;

/** The machine: what moves, its switches, its door and the buttons on its front. */
export function millPart(machine: GrblBehaviour): SimulatedPart {
  return {
    name: 'main',
    state: {
      state: entry(oneOf('State', states), () => machine.state),
      ...Object.assign({}, ...axes.map((_, axis) => axisEntries(machine, axis))),
      'door-open': entry(
        yesOrNo('Safety door open'),
        () => machine.isDoorOpen,
        (isOpen) => moveDoor(machine, isOpen),
      ),
      'homing-switch-broken': entry(
        { ...yesOrNo('A homing switch is broken'), description: 'The next homing cycle does not find it.' },
        () => machine.homingFails !== undefined,
        (isBroken) => (machine.homingFails = isBroken ? homingFailure : undefined),
      ),
      homing: entry(
        { ...yesOrNo('Homing is enabled'), description: '$22, as somebody at another terminal would set it.' },
        () => machine.settings.get(22) !== 0,
        (isEnabled) => void machine.settings.set(22, Number(isEnabled)),
      ),
      'feed-rate': entry(quantity('Feed rate', 'mm/min', 0, 1e6), () => machine.planner.rate),
      spindle: entry(oneOf('Spindle', ['off', 'clockwise', 'counterclockwise']), () => machine.accessories.spindle),
      'spindle-speed': entry(quantity('Spindle speed', 'rpm', 0, 1e6), () => machine.accessories.actualSpeed),
      flood: entry(yesOrNo('Flood coolant'), () => machine.accessories.flood),
      mist: entry(yesOrNo('Mist coolant'), () => machine.accessories.mist),
      queued: entry(whole('Motions that are queued', '', 0, 15), () => 15 - machine.planner.free),
    },
    buttons: {
      // Reset/Abort, Hold and Start are the input pins A0, A1 and A2; an emergency stop is wired to the first.
      reset: () => void machine.realtime(0x18),
      hold: () => void machine.realtime(0x21),
      start: () => void machine.realtime(0x7e),
      door: () => moveDoor(machine, !machine.isDoorOpen),
      'power-cycle': () => machine.powerCycle(),
    },
  };
}

function axisEntries(machine: GrblBehaviour, axis: number): StateEntries {
  const name = axes[axis] ?? 'x';
  const letter = ({ x: 'X', y: 'Y', z: 'Z' } as const)[name];
  const shove = (mm: number): void => {
    const [x, y, z] = machine.position;
    const isDone = machine.shove([axis === 0 ? mm : x, axis === 1 ? mm : y, axis === 2 ? mm : z]);
    if (isDone) return;
    throw new BellcrankError('invalid-request', 'the machine is being driven; hold and reset it before it is pushed');
  };
  return {
    [name]: entry(quantity(`Machine position, ${letter}`, 'mm', -farMm, farMm), () => machine.position[axis], shove),
    [`limit-${name}`]: entry(
      yesOrNo(`Limit switch of ${letter} pressed`),
      () => machine.limits.has(letter),
      (isPressed) => machine.pressLimit(letter, isPressed),
    ),
  };
}

function moveDoor(machine: GrblBehaviour, isOpen: boolean): void {
  if (isOpen === machine.isDoorOpen) return;
  if (isOpen) machine.openDoor();
  else machine.closeDoor();
}
