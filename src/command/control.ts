import type { Clock } from '../clock.ts';
import type { Device, DeviceEvent, Stopped } from '../device/device.ts';
import type { Registry } from '../device/registry.ts';
import type { Log } from '../driver/contract.ts';
import { messageOf } from '../errors.ts';
import type { CommandRecord } from '../store/record.ts';
import type { Store } from '../store/store.ts';
import { Interlocks } from './interlocks/interlocks.ts';
import type { InterlockSettings } from './interlocks/rule.ts';
import { InterlockWatch } from './interlocks/watch.ts';
import { ManagedDevices } from './managed-devices.ts';
import { Pipeline, type PipelineParts } from './pipeline.ts';
import { endInDoubt } from './recover.ts';
import { Stops } from './stops.ts';

export interface ControlParts extends Pick<PipelineParts, 'policy' | 'idempotency'> {
  readonly registry: Registry;
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly interlocks: readonly InterlockSettings[];
  /** Hears of every command that ended. Must not throw. */
  readonly observe: (record: CommandRecord) => void;
}

/** Everything that decides about commands, wired together. */
export class Control {
  readonly pipeline: Pipeline;
  readonly stops: Stops;
  readonly devices: ManagedDevices;
  readonly interlocks: Interlocks;
  readonly #parts: ControlParts;
  readonly #watch: InterlockWatch;

  constructor(parts: ControlParts) {
    const { registry, store, clock, log } = parts;
    this.#parts = parts;
    this.interlocks = new Interlocks(parts.interlocks, registry);
    this.pipeline = new Pipeline({ ...parts, gates: [this.interlocks] });
    const { journal, ids } = this.pipeline;
    this.stops = new Stops({ registry, journal, ids, clock, log });
    this.devices = new ManagedDevices({ registry, facts: store.facts, stops: this.stops, log });
    const stop = ({ id }: Device, cause: string): void => this.#stopFor(id, 'interlock', cause);
    this.#watch = new InterlockWatch({ interlocks: this.interlocks, registry, clock, stop });
  }

  /** Hand it all events of the registry. */
  observed(event: DeviceEvent): void {
    // What a stopped device that came back said to its stop comes with the event.
    if (event.kind === 'stopped') this.stops.returned(event.device, event.data as Stopped);
    this.#watch.observed(event);
  }

  /**
   * Takes up what the process before left: its open commands end, its latches hold, its devices come back. Called when
   * the store is open and the configured devices are known.
   */
  async restore(): Promise<void> {
    const { store, clock, log } = this.#parts;
    const { inDoubt } = await store.opened;
    this.stops.restore();
    this.devices.restore();
    await endInDoubt(inDoubt, { journal: this.pipeline.journal, clock, log });
  }

  close(): void {
    this.#watch.close();
  }

  #stopFor(id: string, by: string, cause: string): void {
    const { log } = this.#parts;
    this.stops.stop(id, { by, cause }).catch((error: unknown) => {
      log.error({ device: id, by, cause, error: messageOf(error) }, 'a device could not be stopped');
    });
  }
}
