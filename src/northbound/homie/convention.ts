import { createHash } from 'node:crypto';
import type { Device } from '../../device/device.ts';
import type { Convention, Fate, Publication, Wish } from '../convention.ts';
import { type Instance, isHere, titleOf } from '../instance.ts';
import { textOf } from '../kind.ts';
import { propertySlot, type Slot, slotsOf } from '../slot.ts';
import { wishOf } from '../wish.ts';
import { type HomieProperty, read, typeOf, written } from './value.ts';

/** Says whose devices these are, so that another Bellcrank does not take them for new ones (Homie 5, "Extensions"). */
const extension = 'org.bellcrank.northbound:1.0.0:[5.x]';

const propertiesNode = 'properties';
const commandsNode = 'commands';
/** The one value of a property that stands for a command without parameters. */
const press = 'run';
const stopSlot = 'stop';

const retained = (topic: string, payload: string): Publication => ({ topic, payload, retain: true, qos: 1 });

/** Devices by the Homie convention, version 5: one root device for the service, and a child for each device. */
export class Homie implements Convention {
  readonly name = 'homie';
  readonly filters: readonly string[];
  readonly #instance: Instance;
  readonly #base: string;

  constructor(instance: Instance, domain: string) {
    this.#instance = instance;
    this.#base = `${domain}/5`;
    this.filters = instance.commands
      ? [`${this.#base}/+/${propertiesNode}/+/set`, `${this.#base}/+/${commandsNode}/+/set`]
      : [];
  }

  /** The root's state is the last will of the connection, and says `ready` while that lasts. */
  static presenceTopic(domain: string, instance: string): string {
    return `${domain}/5/${rootId(instance)}/$state`;
  }

  get memory(): Convention['memory'] {
    return { filter: `${this.#base}/+/$state`, idOf: (topic) => this.#deviceOf(topic) };
  }

  introduce(): readonly Publication[] {
    const root = rootId(this.#instance.id);
    const children = this.#instance.devices().map(({ id }) => this.#idOf(id));
    const description = { name: `Bellcrank ${this.#instance.id}`, children, nodes: {}, extensions: [extension] };
    return [retained(`${this.#base}/${root}/$description`, described(description))];
  }

  announce(device: Device): readonly Publication[] {
    const values = Object.keys(device.model.properties).flatMap((property) => this.value(device, property));
    // A description may change only while the device is not ready (Homie 5, "Device lifecycle").
    return [
      retained(this.#topic(device.id, '$state'), 'init'),
      retained(this.#topic(device.id, '$description'), described(this.#description(device))),
      ...values,
      ...this.presence(device),
    ];
  }

  presence(device: Device): readonly Publication[] {
    return [retained(this.#topic(device.id, '$state'), isHere(device) ? 'ready' : 'disconnected')];
  }

  /** A value that is not known any more stays as it was: the convention has no word for that but the device's state. */
  value(device: Device, property: string): readonly Publication[] {
    const slot = propertySlot(device.model, property);
    if (slot?.kind === undefined || !slot.readable) return [];
    const { value, quality } = device.reading(property);
    const text = quality === 'bad' ? undefined : textOf(value, slot.kind);
    if (text === undefined) return [];
    return [
      { topic: this.#topic(device.id, propertiesNode, slot.id), payload: written(text), retain: true, latest: true },
    ];
  }

  event({ id }: Device, event: string, data: unknown): readonly Publication[] {
    const payload = `${event} ${JSON.stringify(data ?? null)}`;
    return [{ topic: this.#topic(id, '$log', 'info'), payload, retain: false }];
  }

  /** Accepted is what `$target` says; for anything else the convention has only a device's log. */
  fate({ device, command, record, refusal, asked, topic }: Fate): readonly Publication[] {
    if (record?.outcome === 'succeeded') {
      const isProperty = topic.includes(`/${propertiesNode}/`);
      const target = `${topic.slice(0, -'/set'.length)}/$target`;
      return isProperty ? [{ topic: target, payload: asked, retain: true, latest: true }] : [];
    }
    const outcome = record?.outcome ?? 'refused';
    const { code, detail } = refusal ?? record?.error ?? { code: 'internal', detail: 'it ended without a cause' };
    const level = outcome === 'unknown' || outcome === 'failed' ? 'error' : 'warn';
    const payload = `${command} ${outcome}: ${code}: ${detail}`;
    return [{ topic: this.#topic(device.id, '$log', level), payload, retain: false }];
  }

  /** An empty state removes a device (Homie 5, "Device lifecycle"). */
  retract(id: string): readonly Publication[] {
    return [
      retained(this.#topic(id, '$state'), ''),
      retained(this.#topic(id, '$description'), ''),
      ...this.introduce(),
    ];
  }

  wish(topic: string, payload: string): Wish | undefined {
    const [, node, slotId] = topic.slice(this.#base.length + 1).split('/');
    const device = this.#instance.device(this.#deviceOf(topic) ?? '');
    if (device === undefined) return undefined;
    const text = read(payload);
    if (node === commandsNode && slotId === stopSlot && device.model.stop !== undefined) {
      return text === press ? { kind: 'stop', device: device.id } : notAPress(device.id, 'stop', text);
    }
    const what = node === propertiesNode ? 'property' : 'command';
    const slot = slotsOf(device.model).find((candidate) => candidate.what === what && candidate.id === slotId);
    if (slot?.writable !== true) return undefined;
    if (slot.kind === undefined && text !== press) return notAPress(device.id, slot.name, text);
    return wishOf(device.id, slot, text);
  }

  #topic(device: string, ...parts: string[]): string {
    return [this.#base, this.#idOf(device), ...parts].join('/');
  }

  #deviceOf(topic: string): string | undefined {
    const [id = ''] = topic.slice(this.#base.length + 1).split('/');
    const prefix = this.#idOf('');
    return id.startsWith(prefix) ? id.slice(prefix.length) : undefined;
  }

  #idOf(device: string): string {
    return `${rootId(this.#instance.id)}-${device}`;
  }

  #description(device: Device): object {
    const root = rootId(this.#instance.id);
    const slots = slotsOf(device.model);
    const properties = slots.filter(({ what }) => what === 'property');
    const commands = slots.filter(({ what }) => what === 'command' && this.#instance.commands);
    return {
      name: titleOf(device),
      root,
      parent: root,
      extensions: [extension],
      nodes: {
        [propertiesNode]: { name: 'Properties', properties: this.#properties(properties) },
        ...this.#commands(device, commands),
      },
    };
  }

  #properties(slots: readonly Slot[]): Record<string, HomieProperty> {
    return Object.fromEntries(
      slots.map((slot) => [slot.id, propertyOf(slot, slot.writable && this.#instance.commands)]),
    );
  }

  #commands({ model }: Device, slots: readonly Slot[]): object {
    const properties = Object.fromEntries(slots.map((slot) => [slot.id, commandOf(slot)]));
    if (model.stop !== undefined && this.#instance.commands) properties[stopSlot] = pressable('Stop');
    return Object.keys(properties).length === 0 ? {} : { [commandsNode]: { name: 'Commands', properties } };
  }
}

const rootId = (instance: string): string => `bellcrank-${instance}`;

function notAPress(device: string, command: string, text: string): Wish {
  return { kind: 'nonsense', device, command, detail: `${JSON.stringify(text.slice(0, 100))} is not ${press}` };
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

function commandOf(slot: Slot): HomieProperty {
  return slot.kind === undefined ? pressable(slot.title) : { ...propertyOf(slot, true), retained: false };
}

/** `version` is any whole number that changes with the description. */
function described(description: object): string {
  const digest = createHash('sha256').update(JSON.stringify(description)).digest();
  return JSON.stringify({ homie: '5.0', version: digest.readUInt32BE(0), ...description });
}
