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

type Acted = Extract<SimulatorEvent, { kind: 'acted' }>;
type Done = Exclude<SimulatorEvent, Acted>;

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

  take({ connection, control, event, devices }: SimulatorHappening): void {
    const fields = { connection, simulator: control.model, simulated: true };
    const ration = event.kind === 'acted' ? this.#acted : this.#done;
    const onLeft = (count: number): void =>
      this.#log.info({ ...fields, count }, 'more happened to the simulator than was logged');
    if (!ration.take(control, onLeft)) return;
    const its = { ...fields, devices: devices().slice(0, maxNamed) };
    if (event.kind === 'acted') this.#log.info({ ...its, fault: event.fault, detail: told(event.detail) }, 'fault acted');
    else this.#log.info({ ...its, ...what(event) }, messages[event.kind]);
  }
}

const messages: Readonly<Record<Done['kind'], string>> = {
  faults: 'faults set',
  state: 'state of a simulated device set',
  time: 'time of a simulator set',
  pressed: 'button of a simulated device pressed',
};

function what(event: Done): object {
  switch (event.kind) {
    case 'faults':
      return { seed: event.report.seed, faults: event.report.faults.map(({ fault }) => fault.kind) };
    case 'state':
      return { part: told(event.part), changed: told(event.changed) };
    case 'time':
      return event.time;
    case 'pressed':
      return { button: told(event.button) };
  }
}
