import type { Device } from '../device/device.ts';
import { inTurn } from '../in-turn.ts';
import { asNew, type Registry } from '../device/registry.ts';
import type { NewDevice } from '../device/settings.ts';
import type { Log } from '../driver/contract.ts';
import type { Model } from '../driver/spec.ts';
import { BellcrankError, messageOf } from '../errors.ts';
import { FactSource, type FactStore } from '../store/store.ts';
import { Alike } from '../alike.ts';
import type { Leases } from './leases/leases.ts';
import { Serial } from './serial.ts';
import { simulatedFlag } from './simulated-flag.ts';

export interface ManagedDevicesParts {
  readonly registry: Registry;
  readonly facts: FactStore;
  readonly leases: Leases;
  readonly log: Log;
  /**
   * Somebody takes a device away: what it means for who finds devices is to be on record with it. What it returns hears in
   * the turn in which that is decided whether the device goes.
   */
  readonly removing?: (device: Device) => (goes: boolean) => void;
  /** What a device described itself as in the process before. */
  readonly recall?: (settings: NewDevice) => Model | undefined;
}

/** What a client may change of a device. */
export interface DeviceChange {
  readonly labels?: Readonly<Record<string, string>>;
  readonly enabled?: boolean;
}

const prefix = 'device:';
/** Devices that come back in one turn of the event loop: ten milliseconds or so. Requests wait for all of them. */
const perTurn = 1000;
/** Changes of one device that may wait. */
const maxPending = 16;

/** Who changes a device, and by which lease. */
export interface Manager {
  readonly by: string;
  readonly leaseToken?: string | undefined;
}

/** Devices that clients manage at run time. They are facts, so that they are there again after a restart. */
export class ManagedDevices {
  readonly #parts: ManagedDevicesParts;
  /** Changes of one device wait for each other, so that none is lost. */
  readonly #changes = new Map<string, Serial>();
  /** Ids of the process before whose devices are not there yet. */
  readonly #absent = new Set<string>();
  readonly #alike = new Alike();
  /** Those that are there say themselves what is on record of them. */
  readonly #source = new FactSource((key) => this.#described(key.slice(prefix.length)));

  constructor(parts: ManagedDevicesParts) {
    this.#parts = parts;
  }

  /** Rejects with `journal-unavailable`, and the device does not stay, if it cannot be kept. */
  async add(described: NewDevice): Promise<Device> {
    const { registry, facts } = this.#parts;
    const settings = { ...described, addedSimulated: this.#isSimulated(described) };
    const device = registry.add(settings);
    try {
      await facts.set(keyOf(settings.id), settings);
    } catch (error) {
      // At once, so that nobody changes, and puts on record, what does not stay.
      const isThere = registry.find(device.id) === device;
      const removed = isThere ? registry.withdraw(device, gone(device.id)) : Promise.resolve();
      if (isThere) this.#parts.leases.forget(device.id);
      await Promise.allSettled([removed, facts.set(keyOf(settings.id), undefined)]);
      throw error;
    }
    this.#lend(device, settings);
    return device;
  }

  /** What is on record is what the device is like, unless a change that it has not taken yet is on its way there. */
  #lend(device: Device, onRecord: unknown): void {
    const { registry, facts } = this.#parts;
    const key = keyOf(device.id);
    if (registry.find(device.id) === device && facts.get(key) === onRecord) facts.lend(key, this.#source);
  }

  #described(id: string): NewDevice | undefined {
    const device = this.#parts.registry.find(id);
    return device === undefined ? undefined : asNew(device);
  }

  /** Whether there is such a device, or one on record that does not fit now. */
  isKnown(id: string): boolean {
    const { registry, facts } = this.#parts;
    return registry.find(id) !== undefined || facts.get(keyOf(id)) !== undefined;
  }

  async change(id: string, change: DeviceChange, manager: Manager): Promise<Device> {
    return await this.#changesOf(id).run(() => this.#change(id, change, manager));
  }

  async remove(id: string, manager: Manager): Promise<void> {
    await this.#changesOf(id).run(() => this.#remove(id, manager));
  }

  #changesOf(id: string): Serial {
    const changes = this.#changes.get(id) ?? new Serial(() => this.#changes.delete(id));
    this.#changes.set(id, changes);
    if (changes.pending < maxPending) return changes;
    throw new BellcrankError('overloaded', `too many changes of ${id} wait already; try again later`, {
      retryAfterMs: 1000,
    });
  }

  async #change(id: string, change: DeviceChange, manager: Manager): Promise<Device> {
    const { registry, facts } = this.#parts;
    const device = this.#own(id, manager);
    const { settings } = device;
    const changed: NewDevice = {
      ...asNew(device),
      labels: change.labels ?? device.labels,
      enabled: change.enabled ?? settings.enabled,
    };
    const isReplaced = changed.enabled !== settings.enabled;
    const free = isReplaced ? registry.hold(changed) : () => {};
    const before = facts.get(keyOf(id));
    try {
      await facts.set(keyOf(id), changed).finally(free);
      // Its connection may have become another one meanwhile, and its lease somebody else's.
      this.#own(id, manager);
      if (isReplaced) registry.hold(changed)();
      registry.get(id).labels = changed.labels;
      const its = isReplaced ? await registry.replace(changed, gone(id)) : registry.get(id);
      this.#lend(its, changed);
      return its;
    } catch (error) {
      if (facts.get(keyOf(id)) === changed) await facts.set(keyOf(id), before).catch(() => {});
      throw error;
    }
  }

  /** Rejects with `journal-unavailable`, and the device stays, if its end cannot be put on record. */
  async #remove(id: string, manager: Manager): Promise<void> {
    const { registry, facts, leases } = this.#parts;
    const device = this.#own(id, manager);
    registry.assertRemovable(device);
    const decided = this.#parts.removing?.(device);
    const before = facts.get(keyOf(id));
    try {
      await facts.set(keyOf(id), undefined);
      // Somebody may have stopped it or taken its lease meanwhile.
      registry.assertRemovable(this.#own(id, manager));
    } catch (error) {
      const there = registry.find(id);
      decided?.(there === undefined);
      if (there !== undefined) await facts.set(keyOf(id), before).catch(() => {});
      throw error;
    }
    decided?.(true);
    leases.forget(id);
    await registry.remove(id, gone(id));
  }

  /**
   * Adds the devices of the process before, some in each turn of the event loop: there may be ten thousand. Whoever asks for
   * one by its id, as a stop does, finds it at once.
   */
  async restore(): Promise<void> {
    const { registry, facts } = this.#parts;
    for (const key of facts.keys(prefix)) this.#absent.add(key.slice(prefix.length));
    registry.awaits({
      bring: (id) => this.#restore(id),
      bringAll: () => [...this.#absent].flatMap((id) => this.#restore(id) ?? []),
    });
    await inTurn([...this.#absent], (id) => registry.find(id), perTurn);
  }

  /** No more of them come. */
  close(): void {
    this.#absent.clear();
  }

  /** One that does not fit any more is told, and kept on record. */
  #restore(id: string): Device | undefined {
    if (!this.#absent.delete(id)) return undefined;
    const settings = this.#parts.facts.get(keyOf(id));
    try {
      // It is what `add` wrote; the registry checks it against the drivers of today.
      const its = this.#sharing(settings as NewDevice);
      this.#assertSameWorld(its);
      const device = this.#parts.registry.add({ ...its, remembered: this.#parts.recall?.(its) });
      this.#lend(device, settings);
      return device;
    } catch (error) {
      const { addedSimulated } = Object(settings) as Partial<NewDevice>;
      const fields = { device: id, ...simulatedFlag({ simulated: addedSimulated === true }), error: messageOf(error) };
      this.#parts.log.error(fields, 'a device that was added before does not fit any more');
      return undefined;
    }
  }

  /** What thousands have alike is there once, as it was when they were added. */
  #sharing(settings: NewDevice): NewDevice {
    const { connection, labels, restrictions } = settings;
    const alike = this.#alike;
    return {
      ...settings,
      connection: alike.one(connection),
      labels: alike.one(labels),
      restrictions: alike.one(restrictions),
    };
  }

  /** What was meant for a simulator must not move the real thing, because a connection has got another end. */
  #assertSameWorld(settings: NewDevice): void {
    const { addedSimulated, connection } = settings;
    const simulated = this.#isSimulated(settings);
    if (addedSimulated === undefined || addedSimulated === simulated) return;
    const [then, now] = addedSimulated ? ['simulated', 'real'] : ['real', 'simulated'];
    const detail = `it was added when connection ${connection ?? ''} was ${then}, and that is ${now} now; add it anew`;
    throw new BellcrankError('invalid-request', detail);
  }

  #isSimulated({ connection }: NewDevice): boolean {
    return connection !== undefined && this.#parts.registry.connection(connection)?.opener.simulated === true;
  }

  /** Whoever holds the lease of a device is the one who may change it. */
  #own(id: string, manager: Manager): Device {
    const { registry, leases } = this.#parts;
    const device = registry.get(id);
    if (device.settings.managedBy !== 'api') {
      throw new BellcrankError('managed-by-config', `device ${id} comes from the configuration file; change it there`);
    }
    const leased = leases.check({ device, command: 'change', effect: 'actuate', ...manager });
    if (leased !== undefined) throw leased;
    return device;
  }
}

function keyOf(id: string): string {
  return `${prefix}${id}`;
}

function gone(id: string): BellcrankError {
  return new BellcrankError('device-offline', `device ${id} was removed or changed`, { reason: 'offline' });
}
