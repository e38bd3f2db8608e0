import type { Device } from '../device/device.ts';
import type { Registry } from '../device/registry.ts';
import type { DeviceSettings, NewDevice, Restrictions } from '../device/settings.ts';
import { pointerTo } from '../driver/schema.ts';
import { BellcrankError } from '../errors.ts';
import type { KnownCandidate } from './candidate.ts';
import { FreeIds } from './free-id.ts';

/** What somebody wants of the device; the candidate knows the rest. */
export interface Wishes extends Pick<DeviceSettings, 'onShutdown' | 'idleProbeMs' | 'retries'> {
  /** Made of the name if absent. */
  readonly id?: string;
  readonly idPrefix?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly enabled?: boolean;
  /** What its driver can be told beside what the candidate knows: how it is stopped, how long to wait. */
  readonly options?: Readonly<Record<string, unknown>>;
  readonly restrictions: Restrictions;
  readonly auto: boolean;
  /** Throws for a device that whoever asks may not have: its id may be made here. */
  readonly allow?: (device: Pick<DeviceSettings, 'id' | 'labels'>) => void;
}

export interface AdoptionParts {
  readonly registry: Registry;
  /** Adds a device for good. */
  readonly add: (settings: NewDevice) => Promise<Device>;
}

/** One for all devices without labels. */
const unlabelled: NewDevice['labels'] = {};

/** Makes devices of candidates. */
export class Adoption {
  readonly #parts: AdoptionParts;
  readonly #ids: FreeIds;

  constructor(parts: AdoptionParts) {
    this.#parts = parts;
    this.#ids = new FreeIds((id) => parts.registry.find(id) !== undefined);
  }

  /** The device that a candidate is already, however it came to be. */
  deviceOf(candidate: KnownCandidate): Device | undefined {
    const { connection, dialect, identity, place, otherPlaces, formerPlaces = [], unsupported } = candidate;
    // Without options that its driver takes nobody knows where it is.
    if (unsupported !== undefined && place === undefined) return undefined;
    for (const its of [place, ...otherPlaces]) {
      const device = this.#parts.registry.at(connection, dialect, its);
      if (device !== undefined) return device;
    }
    return formerPlaces
      .map((its) => this.#parts.registry.at(connection, dialect, its))
      .find((device) => device?.identity === identity);
  }

  /** Rejects as adding a device does, and with `candidate-unsupported`. The device is there at once. */
  async adopt(
    candidate: KnownCandidate,
    { id: wanted, idPrefix, labels = unlabelled, enabled, options, auto, allow, ...wishes }: Wishes,
  ): Promise<Device> {
    const { unsupported, connection, dialect } = candidate;
    if (unsupported !== undefined) {
      throw new BellcrankError('candidate-unsupported', `${candidate.name} cannot be attached: ${unsupported}`);
    }
    const device = this.deviceOf(candidate);
    if (device !== undefined) {
      const detail = `${candidate.name} is device ${device.id} already`;
      throw new BellcrankError('connection-taken', detail, { errors: [{ pointer: '/candidate', detail }] });
    }
    const id = wanted ?? this.#ids.of(candidate.name, idPrefix);
    allow?.({ id, labels });
    return await this.#parts.add({
      ...wishes,
      id,
      driver: dialect,
      connection,
      options: withOwn(candidate.options, options),
      labels,
      enabled: enabled ?? true,
      managedBy: 'api',
      adopted: { candidate: candidate.id, auto },
    });
  }
}

/** The candidate says which device it is; nobody may make another one of it. */
function withOwn(told: unknown, own: Wishes['options'] = {}): unknown {
  // Drivers' options are objects.
  const options = told as Readonly<Record<string, unknown>>;
  const errors = Object.keys(own)
    .filter((key) => Object.hasOwn(options, key))
    .map((key) => ({ pointer: pointerTo('/options', key), detail: 'is what the candidate knows; remove it' }));
  const [first] = errors;
  if (first !== undefined) throw new BellcrankError('invalid-request', `${first.pointer} ${first.detail}`, { errors });
  // Mostly nothing: the candidate's, which nobody changes.
  return Object.keys(own).length === 0 ? options : { ...options, ...own };
}
