import type { SimulatorControl } from '../../simulation/control.ts';

/** Simulators on one wire that other programs can open. */
export interface Running {
  /** Of the connection in a configuration, or the model. */
  readonly name: string;
  /** Where it is reached, for people. */
  readonly place: string;
  readonly controls: readonly SimulatorControl[];
  close(): Promise<void>;
}

/** All that one process runs. */
export interface Exposed {
  readonly running: readonly Running[];
  close(): Promise<void>;
}

/** What there is and where, a line for each wire. */
export function summary({ name, place, controls }: Running): string {
  const models = new Set(controls.map(({ model }) => model));
  const seeds = new Set(controls.map(({ seed }) => seed));
  const what = [...models].join(', ');
  const of = what === name ? name : `${name} (${what})`;
  return `${of}: ${place}, ${seeds.size === 1 ? 'seed' : 'seeds'} ${[...seeds].join(', ')}`;
}
