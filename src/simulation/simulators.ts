import type { Device } from '../device/device.ts';
import type { Registry } from '../device/registry.ts';
import { BellcrankError } from '../errors.ts';
import type { SimulatorControl, SimulatorEvent } from './control.ts';

/** A device, and what stands in for it. */
export interface SimulatedDevice {
  readonly device: Device;
  readonly control: SimulatorControl;
  /** Of the control's parts; undefined for a simulator that shows none. */
  readonly part: string | undefined;
}

/** Something that happened to a simulator, and to the devices that it stands in for. */
export interface SimulatorHappening {
  readonly connection: string;
  readonly control: SimulatorControl;
  readonly event: SimulatorEvent;
  /** Ids of the devices that it concerns; looked up when it is asked for, since faults may act faster than anybody reads. */
  readonly devices: () => readonly string[];
}

export interface SimulatorsParts {
  readonly registry: Registry;
  /** Must not throw. */
  readonly observe: (happening: SimulatorHappening) => void;
}

export interface SimulatorQuery {
  readonly after?: string | undefined;
  readonly about?: (device: string) => boolean;
  readonly limit: number;
}

type Controls = ReadonlyMap<string, readonly SimulatorControl[]>;

/** From a device to the simulator that this service runs for it. Acts on simulators alone, never on the way to them. */
export class Simulators {
  readonly #parts: SimulatorsParts;
  #controls: Controls = new Map();
  /** Neither a device's connection nor its options change while it is there. */
  readonly #known = new WeakMap<Device, SimulatedDevice>();
  #listening: readonly (() => void)[] = [];

  constructor(parts: SimulatorsParts) {
    this.#parts = parts;
  }

  /** The simulators behind each simulated connection have started; those of before are heard no more. */
  begin(controls: Controls): void {
    this.close();
    this.#controls = controls;
    this.#listening = [...controls].flatMap(([connection, its]) =>
      its.map((control) =>
        control.observe((event) => {
          const devices = (): readonly string[] => this.#concerned(connection, control, event);
          this.#parts.observe({ connection, control, event, devices });
        }),
      ),
    );
  }

  /** Hears of nothing more. */
  close(): void {
    for (const stop of this.#listening) stop();
    this.#listening = [];
  }

  /** Simulated devices in the order of their ids, from the one after `after`: those of which `about` says yes. */
  list({ after, limit, about = () => true }: SimulatorQuery): readonly SimulatedDevice[] {
    const found: SimulatedDevice[] = [];
    const candidates = this.#parts.registry.devices
      .filter(({ id, connectionName }) => this.#controls.has(connectionName) && (after === undefined || id > after))
      .sort((a, b) => (a.id < b.id ? -1 : 1));
    for (const device of candidates) {
      if (found.length === limit) break;
      const simulated = about(device.id) ? this.#resolve(device) : undefined;
      if (simulated !== undefined) found.push(simulated);
    }
    return found;
  }

  /** The simulator of a device. Throws `device-not-found`, or `not-simulated` where there is none of this service's. */
  get(id: string): SimulatedDevice {
    const device = this.#parts.registry.get(id);
    const simulated = this.find(device);
    if (simulated !== undefined) return simulated;
    throw new BellcrankError('not-simulated', why(device, this.#controls.has(device.connectionName)));
  }

  find(device: Device): SimulatedDevice | undefined {
    return this.#resolve(device);
  }

  /** Other devices that the same simulator stands in for: what its wire or its clock does, it does to them as well. */
  neighbours({ device, control }: SimulatedDevice): readonly string[] {
    return this.#served(device.connectionName, control)
      .filter((other) => other.device !== device)
      .map((other) => other.device.id);
  }

  #concerned(connection: string, control: SimulatorControl, event: SimulatorEvent): readonly string[] {
    return this.#served(connection, control)
      .filter(({ part }) => event.kind !== 'state' || part === event.part)
      .map(({ device }) => device.id);
  }

  #served(connection: string, control: SimulatorControl): readonly SimulatedDevice[] {
    return this.#parts.registry.devices
      .filter(({ connectionName }) => connectionName === connection)
      .flatMap((device) => this.#resolve(device) ?? [])
      .filter((simulated) => simulated.control === control);
  }

  #resolve(device: Device): SimulatedDevice | undefined {
    const known = this.#known.get(device);
    if (known !== undefined) return known;
    const found = partFor(device, this.#controls.get(device.connectionName) ?? []);
    if (found !== undefined) this.#known.set(device, found);
    return found;
  }
}

function partFor(device: Device, controls: readonly SimulatorControl[]): SimulatedDevice | undefined {
  const { driver, options } = device.settings;
  for (const control of controls) {
    const part = control.partOf(driver.model.name, options);
    if (part !== undefined) return { device, control, part };
  }
  const [only] = controls;
  if (only === undefined || controls.length > 1 || only.parts.length > 0) return undefined;
  return { device, control: only, part: undefined };
}

function why({ id, simulated, connectionName, settings }: Device, isRunHere: boolean): string {
  if (!simulated) return `device ${id} is real; only simulated devices can be changed from outside`;
  if (!isRunHere) {
    return `the simulator of device ${id} is somebody else’s: connection ${connectionName} only says that it is one; steer it where it runs`;
  }
  const driver = settings.driver.model.name;
  return `none of the simulators on connection ${connectionName} stands in for device ${id} (${driver}, with its options)`;
}
