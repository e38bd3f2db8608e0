import type { Exposed, Kind } from './kinds.ts';

/** One settable or readable leaf of what a device exposes. */
export interface Leaf {
  readonly key: string;
  readonly exposed: Exposed;
}

function leavesOf(exposes: readonly Exposed[]): readonly Leaf[] {
  return exposes.flatMap((exposed) => {
    if (exposed.property !== undefined) return [{ key: exposed.property, exposed }];
    return leavesOf(exposed.features ?? []);
  });
}

/** What the radio makes of a message for a device. */
export const radios = ['well', 'unreachable', 'refusing', 'mute'] as const;
export type Radio = (typeof radios)[number];

/** A device on the Zigbee network, and what the bridge believes of it. */
export class ZigbeeDevice {
  readonly address: string;
  readonly kind: Kind;
  name: string;
  /** Whether it is told to have been heard of lately. */
  available = true;
  /** `mute`: it obeys, and nothing comes back. */
  radio: Radio = 'well';
  /** Whether the bridge tells what it set before the device did (docs, "Devices and groups", `optimistic`). */
  optimistic = true;
  /** What the device has, and what the bridge last heard or assumed. */
  readonly values: Record<string, unknown>;
  readonly cache: Record<string, unknown> = {};
  definition: Kind['definition'];
  #leaves: readonly Leaf[];

  constructor(address: string, name: string, kind: Kind) {
    this.address = address;
    this.name = name;
    this.kind = kind;
    this.definition = kind.definition;
    this.values = { ...kind.values, ...(kind.definition !== null && { linkquality: 120 }) };
    this.#leaves = leavesOf(kind.definition?.exposes ?? []);
  }

  /** It was updated, and has become another kind of thing. */
  redefine(definition: NonNullable<Kind['definition']>, values: Readonly<Record<string, unknown>>): void {
    this.definition = definition;
    Object.assign(this.values, values);
    this.#leaves = leavesOf(definition.exposes);
  }

  get leaves(): readonly Leaf[] {
    return this.#leaves;
  }

  leaf(key: string, bit: number): Leaf | undefined {
    return this.#leaves.find((leaf) => leaf.key === key && ((leaf.exposed.access ?? 0) & bit) !== 0);
  }

  /** Takes a value as a set message tells it. Returns what has changed. */
  take({ key, exposed }: Leaf, given: unknown): Readonly<Record<string, unknown>> {
    if (key === 'state' && exposed.type === 'enum') return {};
    if (exposed.type === 'composite') return this.#put(key, merged(this.values[key], given));
    if (exposed.access === 2) return {};
    const { value_on: on, value_off: off, value_toggle: toggle } = exposed;
    const isToggle = toggle !== undefined && given === toggle;
    return this.#put(key, isToggle ? (this.values[key] === on ? off : on) : given);
  }

  #put(key: string, value: unknown): Readonly<Record<string, unknown>> {
    this.values[key] = value;
    return { [key]: value };
  }
}

function merged(old: unknown, given: unknown): unknown {
  return typeof old === 'object' && typeof given === 'object' ? { ...old, ...given } : given;
}
