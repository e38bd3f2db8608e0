import type { Clock } from '../clock.ts';
import type { Log } from '../driver/contract.ts';
import type { SimulatorEvent } from '../simulation/control.ts';
import type { SimulatorHappening } from '../simulation/simulators.ts';
import { Ration } from './ration.ts';
import { told } from './told.ts';

/** Lines that one simulator may write in a second of what somebody does to it, and of what its faults do. */
const doneToItPerSecond = 20;
const actedPerSecond = 5;
/** Devices that a line names. */
const maxNamed = 10;

/** What is done to simulators, for the log: a device that misbehaves because somebody wanted it to must be told from one that does. */
export class SimulatorLog {
  readonly #log: Log;
  readonly #done: Ration;
  readonly #acted: Ration;

  constructor(log: Log, clock: Clock) {
    this.#log = log;
    this.#done = new Ration(clock, doneToItPerSecond);
    this.#acted = new Ration(clock, actedPerSecond);
  }

  take(happening: SimulatorHappening): void {
    const { connection, control, event } = happening;
    const fields = { connection, simulator: control.model, simulated: true };
    const ration = event.kind === 'acted' ? this.#acted : this.#done;
    const onLeft = (count: number): void =>
      this.#log.info({ ...fields, count }, 'more happened to the simulator than was logged');
    if (!ration.take(control, onLeft)) return;
    const [message, what] = lineOf(event);
    this.#log.info({ ...fields, devices: happening.devices().slice(0, maxNamed), ...what }, message);
  }
}

function lineOf(event: SimulatorEvent): readonly [message: string, what: object] {
  switch (event.kind) {
    case 'faults': {
      const { seed, faults } = event.report;
      return ['faults set', { seed, faults: faults.map(({ fault }) => fault.kind) }];
    }
    case 'acted':
      return ['fault acted', { fault: event.fault, detail: told(event.detail) }];
    case 'state':
      return ['state of a simulated device set', { part: told(event.part), changed: told(event.changed) }];
    case 'time':
      return ['time of a simulator set', event.time];
    case 'pressed':
      return ['button of a simulated device pressed', { button: told(event.button) }];
    default:
      return event satisfies never;
  }
}
