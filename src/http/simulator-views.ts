import type { FaultReport, SimulatedTime } from '../simulation/control.ts';
import type { SimulatedDevice, Simulators } from '../simulation/simulators.ts';

/** Devices that are named as others of one simulator. */
const maxNeighbours = 100;

/** How simulators look on the outside. They go by the ids of the devices that they stand in for. */
export function simulatorView({ device, control, part }: SimulatedDevice): object {
  const self = `/v1/simulators/${device.id}`;
  const { model, seed, via } = control;
  return {
    id: device.id,
    model,
    connection: device.connectionName,
    via,
    seed,
    part: part ?? null,
    time: timeOf(control.time()),
    activeFaults: control.faults().faults.filter(({ active }) => active).length,
    simulated: true,
    links: {
      self,
      device: `/v1/devices/${device.id}`,
      state: `${self}/state`,
      faults: `${self}/faults`,
      time: `${self}/time`,
      press: `${self}/press`,
    },
  };
}

/** `about`: which of the others may be named. */
export function simulatorDetailView(
  simulators: Simulators,
  simulated: SimulatedDevice,
  about: (device: string) => boolean,
): object {
  const neighbours = simulators.neighbours(simulated).filter(about).slice(0, maxNeighbours);
  return { ...simulatorView(simulated), buttons: simulated.control.buttons, sharedWith: neighbours };
}

export function faultsView(simulated: SimulatedDevice, { seed, faults }: FaultReport): object {
  return { ...headOf(simulated, 'faults'), seed, faults };
}

export function timeView(simulated: SimulatedDevice): object {
  return { ...headOf(simulated, 'time'), ...timeOf(simulated.control.time()) };
}

export function stateView(simulated: SimulatedDevice): object {
  const { control, part } = simulated;
  const state = part === undefined ? {} : control.state(part);
  const items = Object.entries(state).map(([name, { value, schema, settable }]) => {
    return { name, value: value ?? null, settable, schema };
  });
  return { ...headOf(simulated, 'state'), part: part ?? null, items };
}

function headOf({ device }: SimulatedDevice, resource: string): object {
  const simulator = `/v1/simulators/${device.id}`;
  return { id: device.id, simulated: true, links: { self: `${simulator}/${resource}`, simulator } };
}

/** Whole milliseconds: what is beyond them is the clock's own business. */
function timeOf({ speed, paused, elapsedMs }: SimulatedTime): SimulatedTime {
  return { speed, paused, elapsedMs: Math.floor(elapsedMs) };
}
