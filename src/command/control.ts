import type { Clock } from '../clock.ts';
import type { Device } from '../device/device.ts';
import type { Registry } from '../device/registry.ts';
import type { DeviceEvent, NewDevice } from '../device/settings.ts';
import type { Stopped } from '../device/stopping.ts';
import type { Log } from '../driver/contract.ts';
import { messageOf } from '../errors.ts';
import type { CommandRecord } from '../store/record.ts';
import type { Store } from '../store/store.ts';
import { Interlocks } from './interlocks/interlocks.ts';
import type { InterlockSettings } from './interlocks/rule.ts';
import { InterlockWatch } from './interlocks/watch.ts';
import type { LeaseEvent } from './leases/lease.ts';
import { Leases, type LeasesParts } from './leases/leases.ts';
import { Maintenance } from './maintenance.ts';
import { ManagedDevices, type ManagedDevicesParts } from './managed-devices.ts';
import { ModelMemory } from './model-memory.ts';
import { Pipeline, type PipelineParts } from './pipeline.ts';
import { endInDoubt } from './recover.ts';
import { Stops } from './stops.ts';
import { simulatedFlag } from './simulated-flag.ts';
import type { CommandTiming } from './step.ts';

export interface ControlParts extends Pick<PipelineParts, 'policy' | 'idempotency' | 'told' | 'progress' | 'audit'> {
  readonly registry: Registry;
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly interlocks: readonly InterlockSettings[];
  readonly randomBytes: LeasesParts['randomBytes'];
  /** Hears of every command that ended. Must not throw. */
  readonly observe: (record: CommandRecord, timing?: CommandTiming) => void;
  /** Hears of every stop. Must not throw. */
  readonly observeStop?: ((record: CommandRecord) => void) | undefined;
  readonly observeLease: LeasesParts['observe'];
  readonly removing?: ManagedDevicesParts['removing'];
}

/** Everything that decides about commands, wired together. */
export class Control {
  readonly pipeline: Pipeline;
  readonly stops: Stops;
  readonly devices: ManagedDevices;
  readonly maintenance: Maintenance;
  readonly interlocks: Interlocks;
  readonly leases: Leases;
  readonly models: ModelMemory;
  readonly #parts: ControlParts;
  readonly #watch: InterlockWatch;
  #opened = false;
  #loaded = false;

  constructor(parts: ControlParts) {
    const { registry, store, clock, log, randomBytes } = parts;
    const { facts } = store;
    this.#parts = parts;
    void store.opened.then(() => (this.#opened = true));
    this.interlocks = new Interlocks(parts.interlocks, registry);
    this.leases = new Leases({
      facts,
      clock,
      randomBytes,
      stop: (id, cause) => this.#stopFor(id, 'lease', cause),
      observe: (event) => this.#leaseChanged(event),
    });
    this.pipeline = new Pipeline({ ...parts, gates: [this.leases, this.interlocks] });
    const { journal, ids } = this.pipeline;
    this.stops = new Stops({ registry, journal, ids, clock, log, audit: parts.audit, observe: parts.observeStop });
    this.models = new ModelMemory({ registry, facts, clock, log });
    const { leases, models } = this;
    const recall = (settings: NewDevice) => models.recall(settings);
    const removing = parts.removing === undefined ? {} : { removing: parts.removing };
    this.devices = new ManagedDevices({ registry, facts, leases, log, recall, ...removing });
    this.maintenance = new Maintenance({ registry, leases: this.leases, log });
    const stop = ({ id }: Device, cause: string): void => this.#stopFor(id, 'interlock', cause);
    this.#watch = new InterlockWatch({ interlocks: this.interlocks, registry, clock, stop });
  }

  /** Hand it all events of the registry. */
  observed(event: DeviceEvent): void {
    // What a stopped device that came back said to its stop comes with the event.
    if (event.kind === 'stopped') this.stops.returned(event.device, event.data as Stopped);
    if (event.kind === 'removed') this.stops.gone(event.device.id);
    this.models.observed(event);
    this.#watch.observed(event);
  }

  /**
   * Takes up leases, before the first device is added if the store is open by then: a dead-man lease that ran out
   * meanwhile latches its device, which is then stopped as soon as it is there.
   */
  load(): void {
    if (this.#loaded || !this.#opened) return;
    this.#loaded = true;
    this.leases.load();
  }

  /**
   * Takes up what else the process before left, once the store is open: its latches hold, its devices come back, its
   * open commands end. Called when the configured devices are known.
   */
  async restore(): Promise<void> {
    const { store, clock, log, audit, observe } = this.#parts;
    const { inDoubt } = await store.opened;
    this.#opened = true;
    this.load();
    this.stops.restore();
    const restored = this.devices.restore();
    const isKnown = (id: string): boolean => this.devices.isKnown(id);
    this.stops.sweep(isKnown);
    this.leases.sweep(isKnown);
    await restored;
    this.models.sweep();
    await endInDoubt(inDoubt, { journal: this.pipeline.journal, clock, log, audit, observe });
  }

  /** Other interlocks, all at once. Throws what is wrong with them; then they are as they were. */
  guard(interlocks: readonly InterlockSettings[]): void {
    this.interlocks.configure(interlocks);
    this.#watch.configured();
  }

  /** Nothing is stopped any more because of what devices tell, or because time passes. */
  close(): void {
    this.#watch.close();
    this.devices.close();
    this.models.flush();
    this.leases.close();
  }

  #leaseChanged(event: LeaseEvent): void {
    const { registry, observeLease } = this.#parts;
    // Whoever renews holds it still.
    if (event.kind !== 'renewed') registry.find(event.device)?.decided('a change of its lease');
    observeLease(event);
  }

  #stopFor(id: string, by: string, cause: string): void {
    const { log, registry } = this.#parts;
    const device = registry.find(id);
    if (device === undefined) return this.stops.latch(id, { by, cause });
    this.stops.stop(id, { by, cause }).catch((error: unknown) => {
      const fields = { device: id, ...simulatedFlag(device), by, cause, error: messageOf(error) };
      log.error(fields, 'a device could not be stopped');
    });
  }
}
