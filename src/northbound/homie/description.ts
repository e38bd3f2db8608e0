import { createHash } from 'node:crypto';
import type { Device } from '../../device/device.ts';
import { type Instance, titleOf } from '../instance.ts';
import { commandOf, type Slot, slotsOf } from '../slot.ts';
import { type HomieProperty, typeOf } from './value.ts';

/** Says whose devices these are, so that another Bellcrank does not take them for new ones (Homie 5, "Extensions"). */
const extension = 'org.bellcrank.northbound:1.0.0:[5.x]';

export const propertiesNode = 'properties';
export const commandsNode = 'commands';
export const stopSlot = 'stop';
/** The one value of a property that stands for a command without parameters. */
export const press = 'run';

/** The root device of a service. Its devices have names that begin with it; no service’s name holds a hyphen. */
export const rootId = (instance: string): string => `bellcrank-${instance}`;
export const deviceId = (instance: string, device: string): string => `${rootId(instance)}-${device}`;

/** The description of the service as a device. */
export function rootDescription(instance: Instance): object {
  const { id } = instance;
  const children = instance.devices().map((device) => deviceId(id, device.id));
  return { name: `Bellcrank ${id}`, children, nodes: {}, extensions: [extension] };
}

export function deviceDescription(instance: Instance, device: Device): object {
  const { id } = instance;
  const slots = slotsOf(device.model);
  const root = rootId(id);
  const properties = slots.filter(({ what }) => what === 'property');
  const entries = properties.map((slot) => [
    slot.id,
    propertyOf(slot, slot.writable && instance.maySend(device, commandOf(slot))),
  ]);
  return {
    name: titleOf(device),
    root,
    parent: root,
    extensions: [extension],
    nodes: {
      [propertiesNode]: { name: 'Properties', properties: Object.fromEntries(entries) as object },
      ...commandsOf(instance, device),
    },
  };
}

function commandsOf(instance: Instance, device: Device): object {
  const { model } = device;
  const slots = slotsOf(model).filter((slot) => slot.what === 'command' && instance.maySend(device, commandOf(slot)));
  const stop = model.stop === undefined || !instance.mayStop(device) ? [] : [[stopSlot, pressable('Stop')]];
  const properties = Object.fromEntries([...slots.map((slot) => [slot.id, settableOf(slot)]), ...stop]) as object;
  return Object.keys(properties).length === 0 ? {} : { [commandsNode]: { name: 'Commands', properties } };
}

/** Momentary: it has no value that lasts. */
function pressable(name: string): HomieProperty {
  return { name, datatype: 'enum', format: press, settable: true, retained: false };
}

function propertyOf({ title, kind, unit, readable }: Slot, settable: boolean): HomieProperty {
  if (kind === undefined) return pressable(title);
  return {
    name: title,
    ...typeOf(kind),
    ...(unit !== undefined && { unit }),
    ...(settable && { settable }),
    ...(!readable && { retained: false }),
  };
}

function settableOf(slot: Slot): HomieProperty {
  return slot.kind === undefined ? pressable(slot.title) : { ...propertyOf(slot, true), retained: false };
}

/** "Whenever the document changes, a new higher version must be assigned" (Homie 5, "Device Attributes"). */
export class Versions {
  readonly #now: () => number;
  readonly #known = new Map<string, { readonly digest: string; readonly version: number }>();

  /** `now` in ms: a time is higher than what an earlier process assigned. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** The document of a device, with its version. */
  document(id: string, description: object): string {
    const digest = createHash('sha256').update(JSON.stringify(description)).digest('base64');
    const before = this.#known.get(id);
    const version = before?.digest === digest ? before.version : Math.max(this.#now(), (before?.version ?? 0) + 1);
    this.#known.set(id, { digest, version });
    return JSON.stringify({ homie: '5.0', version, ...description });
  }

  forget(id: string): void {
    this.#known.delete(id);
  }
}
