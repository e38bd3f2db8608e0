import { trusted } from '../../access/caller.ts';
import type { StopReport } from '../../command/stops.ts';
import type { Submitted } from '../../command/pipeline.ts';
import type { Submission } from '../../command/step.ts';
import type { App } from '../../app.ts';
import type { Reading } from '../../device/readings.ts';
import type { DeviceState } from '../../device/state.ts';
import { BellcrankError } from '../../errors.ts';
import type { FaultReport, SimulatorControl } from '../../simulation/control.ts';
import type { CommandRecord } from '../../store/record.ts';
import type { Follower } from '../../transport/trace/index.ts';
import type { LabWire } from './wire.ts';

/** One of the catalogue of faults (docs/faults.md), with its parameters and when it acts. */
export type LabFault = Readonly<Record<string, unknown>> & { readonly kind: string };

/** What goes wrong on the wire of a simulated device. */
export interface LabFaults {
  /** In place of those that were set before. */
  set(faults: readonly LabFault[], seed?: number): Promise<FaultReport>;
  clear(): Promise<FaultReport>;
  report(): FaultReport;
}

export type LabCommandOptions = Pick<Submission, 'key' | 'leaseToken' | 'timeoutMs' | 'withdrawn'>;

export interface LabDeviceParts {
  readonly id: string;
  readonly app: App;
  readonly wire: LabWire;
  readonly controls: readonly SimulatorControl[];
  /** Lets time pass until a promise has settled. */
  readonly settled: <T>(promise: Promise<T>) => Promise<T>;
  readonly until: (condition: () => boolean, what: () => string, withinMs?: number) => Promise<void>;
}

/** A device of the lab, and what stands in for it. */
export class LabDevice {
  readonly id: string;
  /** What passes between the driver and the device. */
  readonly wire: LabWire;
  readonly faults: LabFaults;
  readonly #parts: LabDeviceParts;

  constructor(parts: LabDeviceParts) {
    this.#parts = parts;
    this.id = parts.id;
    this.wire = parts.wire;
    this.faults = {
      set: (faults, seed) =>
        parts.settled(this.simulator.setFaults({ faults, ...(seed === undefined ? {} : { seed }) })),
      clear: () => parts.settled(this.simulator.clearFaults()),
      report: () => this.simulator.faults(),
    };
  }

  /** `ready`, `connecting`, `offline`, …, as the service shows it. */
  get status(): DeviceState {
    return this.#device.state;
  }

  /** Runs a command to its end, whatever time that takes on the lab's clock. Rejects with what turned it away. */
  async command(name: string, params: unknown = {}, options: LabCommandOptions = {}): Promise<CommandRecord> {
    const submitted = await this.start(name, params, options);
    return await this.#parts.settled(submitted.ended);
  }

  /** Starts a command and leaves the clock alone: what it waits for comes as the test advances it. */
  async start(name: string, params: unknown = {}, options: LabCommandOptions = {}): Promise<Submitted> {
    const { app, id } = this.#parts;
    const submitted = await app.control.pipeline.start({
      ...options,
      device: id,
      command: name,
      params,
      caller: trusted('lab'),
    });
    submitted.ended.catch(() => {});
    return submitted;
  }

  /** Writes a property. */
  async write(property: string, value: unknown, options: LabCommandOptions = {}): Promise<CommandRecord> {
    return await this.command(`write:${property}`, { value }, options);
  }

  /**
   * Asks the device for a property. Rejects with `device-failed` when there is no good answer, and with `no-value` where the
   * device cannot be asked: what it tells by itself is its `reading`.
   */
  async read(property: string): Promise<unknown> {
    const device = this.#device;
    if (Object.hasOwn(device.model.properties, property) && device.state === 'ready' && !device.canRead(property))
      throw new BellcrankError(
        'no-value',
        `${property} is what ${this.id} tells by itself: see reading('${property}')`,
      );
    const reading = await this.#parts.settled(this.#device.read(property, -1, new AbortController().signal));
    if (reading.quality === 'good') return reading.value;
    const why = reading.error ?? 'it is not known';
    throw new BellcrankError('device-failed', `${property} of ${this.id} could not be read: ${why}`);
  }

  /** What is known of a property, without asking the device. */
  reading(property: string): Reading {
    return this.#device.reading(property);
  }

  /** Makes it safe, and latches it until `release`. */
  async stop(): Promise<StopReport> {
    return await this.#parts.settled(this.#parts.app.control.stops.stop(this.id, { by: 'lab' }));
  }

  async release(): Promise<void> {
    await this.#parts.settled(this.#parts.app.control.stops.release(this.id, 'lab'));
  }

  /** Lets time pass until it is as it should be: `ready` by default. */
  async until(status: DeviceState = 'ready', withinMs?: number): Promise<void> {
    const is = (): string =>
      `${this.id} is ${this.status}, not ${status}: ${this.#device.detail ?? 'it does not say why'}`;
    await this.#parts.until(() => this.status === status, is, withinMs);
  }

  /** What stands in for it. Throws where that is a script, or a simulator that does not know it. */
  get simulator(): SimulatorControl {
    const { settings } = this.#device;
    const { controls } = this.#parts;
    const found = controls.find(
      (control) => control.partOf(settings.driver.model.name, settings.options) !== undefined,
    );
    const only = controls.length === 1 ? controls[0] : undefined;
    if (found === undefined && only === undefined)
      throw new Error(`nothing is simulated that stands in for ${this.id}`);
    return found ?? (only as SimulatorControl);
  }

  /** The simulated device as it is. */
  get state(): Readonly<Record<string, unknown>> {
    const all = Object.entries(this.simulator.state(this.#part));
    return Object.fromEntries(all.map(([name, { value }]) => [name, value]));
  }

  /** Changes the simulated device as a hand or the weather would. */
  setState(changes: Readonly<Record<string, unknown>>): void {
    this.simulator.setState(this.#part, changes);
  }

  /**
   * Hears of everything that passes on its connection from now on, and of whose call it was; `whole` is all of it where
   * the entry has only the beginning. Returns the way to stop.
   */
  follow(follower: Follower): () => void {
    return this.#device.wire.trace.follow(follower);
  }

  /** A button of the simulated device, or `unplug` and `plug`. */
  async press(button: string): Promise<void> {
    await this.#parts.settled(this.simulator.press(button));
  }

  get #device() {
    return this.#parts.app.registry.get(this.id);
  }

  get #part(): string {
    const { settings } = this.#device;
    const part = this.simulator.partOf(settings.driver.model.name, settings.options);
    if (part === undefined) throw new Error(`the simulator of ${this.id} shows no state`);
    return part;
  }
}
