import { Type } from '@sinclair/typebox';
import type { Simulator, SimulatorKind, SimulatorSettings } from '../../simulators/simulator.ts';
import type { SimulatedPart } from '../../simulators/state.ts';
import { runSimulator } from '../../simulators/wire/run.ts';
import { VirtualClock } from '../../src/testing/virtual-clock.ts';
import { BellcrankError } from '../../src/errors.ts';
import { createOpeners } from '../../src/openers.ts';
import { type SimulatorHappening, Simulators } from '../../src/simulation/simulators.ts';
import { createRig, MemoryLine, silentLog } from './rig.ts';
import { ToyDevice, toyDriver } from './toy.ts';

/** A toy in a simulator's hands: its value, its temperature, a door. */
class SimulatedToy {
  readonly toy: ToyDevice;
  readonly #unit: string;
  temperature = 20;
  door: 'open' | 'shut' = 'shut';
  pressed = 0;

  constructor(unit: string) {
    this.#unit = unit;
    this.toy = new ToyDevice(unit);
  }

  get part(): SimulatedPart {
    const unit = this.#unit;
    const has = (options: unknown): boolean => ((options as { unit?: string }).unit ?? '') === unit;
    return {
      name: unit === '' ? 'main' : `unit-${unit}`,
      is: (driver, options) => driver === 'toy' && has(options),
      state: {
        temperature: {
          schema: Type.Number({ title: 'Temperature', unit: '°C', minimum: -20, maximum: 200 }),
          get: () => this.temperature,
          set: (celsius: number) => {
            if (celsius === 13) throw new BellcrankError('invalid-request', '/temperature cannot be 13 now');
            this.temperature = celsius;
          },
        },
        door: {
          schema: { type: 'string', enum: ['open', 'shut'], title: 'Door' },
          get: () => this.door,
          set: (door: 'open' | 'shut') => (this.door = door),
        },
        value: { schema: Type.Number({ title: 'Value' }), get: () => this.toy.value },
      },
      buttons: { [`reset${unit}`]: () => this.pressed++ },
    };
  }
}

/** Toys on one line, and the units that they listen to. */
export function toyKind(): { kind: SimulatorKind; toys: SimulatedToy[] } {
  const toys: SimulatedToy[] = [];
  const create = ({ options }: SimulatorSettings): Simulator => {
    const units = (options as { units?: string[] }).units ?? [''];
    const its = units.map((unit) => new SimulatedToy(unit));
    toys.push(...its);
    return {
      driver: toyDriver(),
      wire: { shape: 'bytes', serve: (far) => its.forEach(({ toy }) => toy.serve(far)) },
      parts: its.map(({ part }) => part),
      close: () => {},
    };
  };
  return { kind: { model: 'toy', options: {}, create }, toys };
}

/**
 * A service without HTTP with a simulated toy (`sim`), two on one line (`left`, `right`), a real one (`real`), and one whose
 * simulator is somebody else's (`foreign`).
 */
export async function simulatedToys() {
  const { kind, toys } = toyKind();
  const clock = new VirtualClock();
  const openers = await createOpeners({
    config: {
      connections: Object.fromEntries(
        [['sim-line', {}] as const, ['shared-line', { units: ['L', 'R'] }] as const].map(([name, options]) => [
          name,
          { kind: 'simulate', simulated: true, via: 'memory', devices: [{ model: 'toy', seed: 7, options }] },
        ]),
      ),
    },
    transports: [],
    simulate: async (_name, { devices: [device] }) => {
      const running = await runSimulator(kind, { via: 'memory', seed: 7, options: device?.options, clock });
      return { ...running, controls: [running.control] };
    },
    clock,
    log: silentLog,
  });
  const serve = (): MemoryLine => new MemoryLine((far) => new ToyDevice().serve(far));
  const foreign = serve();
  const real = serve();
  Object.assign(real.opener, { simulated: false });
  const lines = Object.fromEntries([...openers.openers].map(([name, opener]) => [name, { opener }]));
  const rig = createRig(
    toyDriver(),
    { ...lines, 'foreign-line': foreign, 'real-line': real },
    [
      { id: 'sim', connection: 'sim-line' },
      { id: 'left', connection: 'shared-line', options: { unit: 'L' } },
      { id: 'right', connection: 'shared-line', options: { unit: 'R' } },
      { id: 'real', connection: 'real-line' },
      { id: 'foreign', connection: 'foreign-line' },
    ],
    { clock },
  );
  const happenings: SimulatorHappening[] = [];
  const { registry } = rig;
  const simulators = new Simulators({ registry, observe: (happening) => void happenings.push(happening) });
  simulators.begin(openers.controls);
  return { rig, toys, clock, simulators, happenings };
}
