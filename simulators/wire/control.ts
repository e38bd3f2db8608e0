import { type Static, Type } from '@sinclair/typebox';
import { BellcrankError, validate } from '../../src/driver/index.ts';
import {
  type FaultReport,
  type SimulatedTime,
  type SimulatorControl,
  type SimulatorEvent,
  speedLimits,
  type StateView,
} from '../../src/simulation/control.ts';
import type { SimulatorClock } from '../simulator-clock.ts';
import type { WireSimulator } from '../simulator.ts';
import type { SimulatedPart } from '../state.ts';
import type { FaultInjector } from './faults/injector.ts';
import { faultsSchemaFor } from './faults/request.ts';

const timeSchema = Type.Object(
  {
    speed: Type.Optional(Type.Number({ description: 'How fast its time goes; 1 is real time.', ...speedLimits })),
    paused: Type.Optional(Type.Boolean({ description: 'Whether its time stands still; it answers all the same.' })),
  },
  { additionalProperties: false, minProperties: 1 },
);

export interface ControlParts extends Pick<SimulatorControl, 'model' | 'seed' | 'via'> {
  readonly simulator: WireSimulator;
  readonly clock: SimulatorClock;
  readonly injector: FaultInjector;
}

/** One running simulator, steered from outside. */
export class RunningControl implements SimulatorControl {
  readonly model: string;
  readonly seed: number;
  readonly via: SimulatorControl['via'];
  readonly faultsSchema;
  readonly #parts: ControlParts;
  readonly #listeners = new Set<(event: SimulatorEvent) => void>();

  constructor(parts: ControlParts) {
    this.#parts = parts;
    this.model = parts.model;
    this.seed = parts.seed;
    this.via = parts.via;
    this.faultsSchema = faultsSchemaFor(parts.simulator.wire.shape, parts.via);
  }

  get parts(): readonly string[] {
    return this.#simulated.map(({ name }) => name);
  }

  get #simulated(): readonly SimulatedPart[] {
    return this.#parts.simulator.parts ?? [];
  }

  partOf(driver: string, options: unknown): string | undefined {
    return this.#simulated.find((part) => part.is?.(driver, options) ?? true)?.name;
  }

  state(part: string): Readonly<Record<string, StateView>> {
    const entries = Object.entries(this.#part(part).state);
    return Object.fromEntries(
      entries.map(([name, entry]) => {
        return [name, { value: entry.get(), schema: entry.schema, settable: entry.set !== undefined }];
      }),
    );
  }

  /** All or nothing, as far as validation goes; what the device itself cannot be is found while it is set. */
  setState(part: string, changes: unknown): void {
    const { state } = this.#part(part);
    const settable = Object.entries(state).filter(([, { set }]) => set !== undefined);
    const properties = Object.fromEntries(settable.map(([name, { schema }]) => [name, schema]));
    check({ type: 'object', properties, additionalProperties: false, minProperties: 1 }, changes);
    // Valid by the schema just above: an object of what can be set.
    for (const [name, value] of Object.entries(changes as object)) state[name]?.set?.(value as never);
    this.tell({ kind: 'state', part, changed: changes as object as Readonly<Record<string, unknown>> });
  }

  faults(): FaultReport {
    return this.#parts.injector.report();
  }

  async setFaults(request: unknown): Promise<FaultReport> {
    const report = await this.#parts.injector.set(request);
    this.tell({ kind: 'faults', report });
    return report;
  }

  async clearFaults(): Promise<FaultReport> {
    const report = await this.#parts.injector.clear();
    this.tell({ kind: 'faults', report });
    return report;
  }

  time(): SimulatedTime {
    const { clock } = this.#parts;
    return { speed: clock.speed, paused: clock.paused, elapsedMs: clock.elapsedMs };
  }

  setTime(changes: unknown): SimulatedTime {
    check(timeSchema, changes);
    // Valid by the schema just above.
    this.#parts.clock.set(changes as Static<typeof timeSchema>);
    const time = this.time();
    this.tell({ kind: 'time', time });
    return time;
  }

  get buttons(): readonly string[] {
    return Object.keys(this.#buttons);
  }

  async press(button: string): Promise<void> {
    const press = Object.hasOwn(this.#buttons, button) ? this.#buttons[button] : undefined;
    if (press === undefined) {
      const known = this.buttons.join(', ') || 'none';
      throw new BellcrankError('not-found', `there is nothing like that to press here; there is: ${known}`);
    }
    await press();
    this.tell({ kind: 'pressed', button });
  }

  observe(listener: (event: SimulatorEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  tell(event: SimulatorEvent): void {
    for (const listener of this.#listeners) listener(event);
  }

  get #buttons(): Readonly<Record<string, () => void | Promise<void>>> {
    const { port } = this.#parts.injector;
    const ofPort = port && { unplug: () => port.unplug(), plug: () => port.plug() };
    return Object.assign({}, ofPort, ...this.#simulated.map(({ buttons }) => buttons));
  }

  #part(name: string): SimulatedPart {
    const part = this.#simulated.find((candidate) => candidate.name === name);
    if (part !== undefined) return part;
    throw new BellcrankError('not-found', `the simulator has no part ${name}; it has: ${this.parts.join(', ')}`);
  }
}

function check(schema: Parameters<typeof validate>[0], value: unknown): void {
  const errors = validate(schema, value);
  const [first] = errors;
  if (first === undefined) return;
  throw new BellcrankError('invalid-request', `${first.pointer || 'the request'} ${first.detail}`, { errors });
}
