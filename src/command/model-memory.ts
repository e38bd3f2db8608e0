import { createHash } from 'node:crypto';
import type { Clock, Timer } from '../clock.ts';
import type { Device } from '../device/device.ts';
import type { Registry } from '../device/registry.ts';
import type { DeviceEvent, NewDevice } from '../device/settings.ts';
import type { Log } from '../driver/contract.ts';
import type { Model } from '../driver/spec.ts';
import { messageOf } from '../errors.ts';
import type { FactStore } from '../store/store.ts';

/** Descriptions come in crowds when a broker is back; they are put on record together. */
const settleMs = 1000;
const maxModelCharacters = 256 * 1024;
const modelPrefix = 'model:';
const devicePrefix = 'device-model:';

/** What one device described itself as. */
interface Remembered {
  readonly digest: string;
  /** Another driver's device of the same id is another device. */
  readonly driver: string;
}

export interface ModelMemoryParts {
  readonly registry: Registry;
  readonly facts: FactStore;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Remembers what devices described themselves as, so that after a restart their routes are there before they are. Each
 * distinct model is on record once.
 */
export class ModelMemory {
  readonly #parts: ModelMemoryParts;
  readonly #changed = new Set<Device>();
  /** How many devices are on record with each model; counted when it is first asked for. */
  #users: Map<string, number> | undefined;
  /** One for all devices of a model. */
  readonly #records = new WeakMap<Model, Remembered>();
  readonly #digests = new WeakMap<Model, string | undefined>();
  #timer: Timer | undefined;
  #failed = false;

  constructor(parts: ModelMemoryParts) {
    this.#parts = parts;
  }

  /** Hand it all events of the registry. */
  observed({ kind, device }: DeviceEvent): void {
    if (kind !== 'model' || device.told === undefined) return;
    this.#changed.add(device);
    this.#timer ??= this.#parts.clock.timer(settleMs, () => this.flush());
  }

  /** What a device of the process before described itself as; undefined until the store is open. */
  recall({ id, driver }: Pick<NewDevice, 'id' | 'driver'>): Model | undefined {
    const { facts } = this.#parts;
    const remembered = facts.get(`${devicePrefix}${id}`) as Remembered | undefined;
    if (remembered?.driver !== driver) return undefined;
    // It is what `flush` wrote.
    return facts.get(`${modelPrefix}${remembered.digest}`) as Model | undefined;
  }

  /** Puts on record what is not yet. */
  flush(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    const changed = [...this.#changed];
    this.#changed.clear();
    for (const device of changed) this.#remember(device);
  }

  /** Forgets models that no device has any more. Called once all devices of the process before are there. */
  sweep(): void {
    const { facts, registry } = this.#parts;
    const used = new Set<string>();
    for (const [key, value] of facts.entries(devicePrefix)) {
      const { digest, driver } = value as Remembered;
      const device = registry.find(key.slice(devicePrefix.length));
      if (device?.settings.driver.model.name === driver) used.add(digest);
      else this.#set(key, undefined);
    }
    for (const [key] of facts.entries(modelPrefix)) {
      if (!used.has(key.slice(modelPrefix.length))) this.#set(key, undefined);
    }
  }

  #remember(device: Device): void {
    const { facts, registry } = this.#parts;
    const { told, id, settings } = device;
    const digest = told === undefined ? undefined : this.#digestOf(told);
    if (told === undefined || digest === undefined || registry.find(id) !== device) return;
    const driver = settings.driver.model.name;
    const before = facts.get(`${devicePrefix}${id}`) as Remembered | undefined;
    if (facts.get(`${modelPrefix}${digest}`) === undefined) this.#set(`${modelPrefix}${digest}`, told);
    if (before?.digest === digest && before.driver === driver) return;
    this.#count(digest, before?.digest);
    this.#set(`${devicePrefix}${id}`, this.#recordOf(told, { digest, driver }));
  }

  #recordOf(model: Model, record: Remembered): Remembered {
    const known = this.#records.get(model);
    if (known?.driver === record.driver) return known;
    this.#records.set(model, record);
    return record;
  }

  /** A device that describes itself anew again and again leaves nothing behind. Called before the change is on record. */
  #count(now: string, before: string | undefined): void {
    if (this.#users === undefined) {
      this.#users = new Map();
      for (const [, value] of this.#parts.facts.entries(devicePrefix)) this.#use((value as Remembered).digest, 1);
    }
    if (before === now) return;
    this.#use(now, 1);
    if (before !== undefined && this.#use(before, -1) === 0) this.#set(`${modelPrefix}${before}`, undefined);
  }

  #use(digest: string, change: 1 | -1): number {
    const users = (this.#users?.get(digest) ?? 0) + change;
    if (users > 0) this.#users?.set(digest, users);
    else this.#users?.delete(digest);
    return Math.max(users, 0);
  }

  /** Undefined for a model that is too large to be kept. */
  #digestOf(model: Model): string | undefined {
    if (this.#digests.has(model)) return this.#digests.get(model);
    const text = JSON.stringify(model);
    const digest = createHash('sha256').update(text).digest('base64url').slice(0, 22);
    const kept = text.length > maxModelCharacters ? undefined : digest;
    this.#digests.set(model, kept);
    return kept;
  }

  #set(key: string, value: unknown): void {
    this.#parts.facts.set(key, value).catch((error: unknown) => {
      if (!this.#failed) this.#parts.log.warn({ error: messageOf(error) }, 'what devices can do is not on record');
      this.#failed = true;
    });
  }
}
