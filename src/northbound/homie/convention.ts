import type { Device } from '../../device/device.ts';
import { type Convention, type Fate, type Publication, retained, type Wish } from '../convention.ts';
import { type Instance, isHere } from '../instance.ts';
import { propertySlot, slotsOf } from '../slot.ts';
import { wishOf } from '../wish.ts';
import {
  commandsNode,
  deviceDescription,
  deviceId,
  press,
  propertiesNode,
  rootDescription,
  rootId,
  stopSlot,
  Versions,
} from './description.ts';
import { Told } from './told.ts';
import { payloadOf, read } from './value.ts';

/**
 * Devices by the Homie convention, version 5: one root device for the service, and a child for each device. `$target` is
 * not used: it would have to follow what others set, and a bridge must not take a change of the device for one (Homie 5,
 * "Target attribute").
 */
export class Homie implements Convention {
  readonly name = 'homie';
  readonly filters: readonly string[];
  readonly #instance: Instance;
  readonly #base: string;
  readonly #versions: Versions;
  readonly #told = new Told(propertiesNode);

  /** `now` in ms. */
  constructor(instance: Instance, domain: string, now: () => number) {
    this.#instance = instance;
    this.#base = `${domain}/5`;
    this.#versions = new Versions(now);
    this.filters = instance.commands
      ? [`${this.#base}/+/${propertiesNode}/+/set`, `${this.#base}/+/${commandsNode}/+/set`]
      : [];
  }

  /** The root's state is the last will of the connection. */
  static presenceTopic(domain: string, instance: string): string {
    return `${domain}/5/${rootId(instance)}/$state`;
  }

  get memory(): string {
    return `${this.#base}/+/$description`;
  }

  recall(topic: string, payload: string): string | undefined {
    const id = this.#deviceOf(topic);
    if (id !== undefined) this.#told.recall(id, payload);
    return id;
  }

  /** A parent is described after its children, and only while it is not ready (Homie 5, "Adding children"). */
  introduce(): readonly Publication[] {
    const root = rootId(this.#instance.id);
    const topic = (attribute: string): string => `${this.#base}/${root}/${attribute}`;
    return [
      retained(topic('$state'), 'init'),
      retained(topic('$description'), this.#versions.document(root, rootDescription(this.#instance))),
      retained(topic('$state'), 'ready'),
    ];
  }

  leave(): readonly Publication[] {
    return [retained(`${this.#base}/${rootId(this.#instance.id)}/$description`, '')];
  }

  announce(device: Device): readonly Publication[] {
    const { id, model } = device;
    const slots = slotsOf(model).filter(({ what, readable }) => what === 'property' && readable);
    const stale = this.#told.replace(
      id,
      slots.map((slot) => slot.id),
    );
    const values = Object.keys(model.properties).flatMap((property) => this.value(device, property));
    // A description may change only while the device is not ready (Homie 5, "Device Attributes").
    return [
      retained(this.#topic(id, '$state'), 'init'),
      retained(this.#topic(id, '$description'), this.#versions.document(id, deviceDescription(this.#instance, device))),
      ...stale.map((slot) => this.#cleared(id, slot)),
      ...values,
      ...this.presence(device),
    ];
  }

  presence(device: Device): readonly Publication[] {
    const state = isHere(device) ? 'ready' : 'disconnected';
    return [{ ...retained(this.#topic(device.id, '$state'), state), latest: true }];
  }

  /** A value that is not known any more stays as it was: the convention has no word for that but the device's state. */
  value(device: Device, property: string): readonly Publication[] {
    const slot = propertySlot(device.model, property);
    if (slot?.kind === undefined || !slot.readable) return [];
    const { value, quality } = device.reading(property);
    const payload = quality === 'bad' ? undefined : payloadOf(value, slot.kind);
    if (payload === undefined) return [];
    return [{ topic: this.#topic(device.id, propertiesNode, slot.id), payload, retain: true, latest: true }];
  }

  event(device: Device, event: string, data: unknown): readonly Publication[] {
    return [this.#logged(device, 'info', `${event} ${JSON.stringify(data ?? null)}`)];
  }

  /** What was accepted shows in the property, told again; for anything else the convention has only a device's log. */
  fate({ device, command, record, refusal }: Fate): readonly Publication[] {
    const value = command.startsWith('write:') ? this.value(device, command.slice('write:'.length)) : [];
    if (record?.outcome === 'succeeded') return value;
    const outcome = record?.outcome ?? refusal?.outcome ?? 'not-sent';
    const { code, detail } = refusal ?? record?.error ?? { code: 'internal', detail: 'it ended without a cause' };
    const level = outcome === 'unknown' || outcome === 'failed' ? 'error' : 'warn';
    return [...value, this.#logged(device, level, `${command} ${outcome}: ${code}: ${detail}`)];
  }

  /** An empty state removes a device; everything else goes after it (Homie 5, "Device Lifecycle"). */
  retract(id: string): readonly Publication[] {
    this.#versions.forget(id);
    return [
      retained(this.#topic(id, '$state'), ''),
      retained(this.#topic(id, '$description'), ''),
      ...this.#told.forget(id).map((slot) => this.#cleared(id, slot)),
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

  #logged({ id, simulated }: Device, level: string, text: string): Publication {
    return {
      topic: this.#topic(id, '$log', level),
      payload: `${simulated ? '(simulated) ' : ''}${text}`,
      retain: false,
    };
  }

  #cleared(device: string, slot: string): Publication {
    return retained(this.#topic(device, propertiesNode, slot), '');
  }

  #topic(device: string, ...parts: string[]): string {
    return [this.#base, deviceId(this.#instance.id, device), ...parts].join('/');
  }

  #deviceOf(topic: string): string | undefined {
    const [id = ''] = topic.slice(this.#base.length + 1).split('/');
    const prefix = deviceId(this.#instance.id, '');
    return id.startsWith(prefix) ? id.slice(prefix.length) : undefined;
  }
}

/** An empty payload clears a topic that was kept by mistake: nobody asks for anything with it. */
function notAPress(device: string, command: string, text: string): Wish | undefined {
  if (text === '') return undefined;
  return { kind: 'nonsense', device, command, detail: `${JSON.stringify(text.slice(0, 100))} is not ${press}` };
}
