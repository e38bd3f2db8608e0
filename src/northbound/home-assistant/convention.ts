import type { Device } from '../../device/device.ts';
import type { Convention, Fate, Publication, Wish } from '../convention.ts';
import { wishOf } from '../wish.ts';
import { type Instance, isHere, titleOf } from '../instance.ts';
import { textOf } from '../kind.ts';
import { propertySlot, type Slot, slotsOf } from '../slot.ts';
import { entityOf } from './entity.ts';
import { Topics } from './topics.ts';

export interface HomeAssistantSettings {
  /** Of Home Assistant's discovery topics: `homeassistant` unless it was set up otherwise. */
  readonly discoveryPrefix: string;
  /** Of our own topics. */
  readonly base: string;
}

/** What Home Assistant shows as unknown, whatever the entity. */
const unknown = 'None';

const retained = (topic: string, payload: string): Publication => ({ topic, payload, retain: true, qos: 1 });

/**
 * Devices as Home Assistant discovers them, each by one retained message (Home Assistant docs, "MQTT", "Device discovery
 * payload").
 */
export class HomeAssistant implements Convention {
  readonly name = 'home-assistant';
  readonly filters: readonly string[];
  readonly greeting: { readonly topic: string; readonly payload: string };
  readonly #instance: Instance;
  readonly #settings: HomeAssistantSettings;
  readonly #topics: Topics;

  constructor(instance: Instance, settings: HomeAssistantSettings) {
    this.#instance = instance;
    this.#settings = settings;
    this.#topics = new Topics(settings.base);
    this.filters = instance.commands ? this.#topics.filters : [];
    this.greeting = { topic: `${settings.discoveryPrefix}/status`, payload: 'online' };
  }

  get memory(): Convention['memory'] {
    const topics = this.#topics;
    return { filter: topics.availability('+'), idOf: (topic) => topics.deviceOf(topic) };
  }

  introduce(): readonly Publication[] {
    return [];
  }

  announce(device: Device): readonly Publication[] {
    const values = Object.keys(device.model.properties).flatMap((property) => this.value(device, property));
    const description = retained(this.#configTopic(device.id), JSON.stringify(this.#description(device)));
    return [description, ...this.presence(device), ...values];
  }

  presence(device: Device): readonly Publication[] {
    const { id } = device;
    return [
      retained(this.#topics.availability(id), isHere(device) ? 'online' : 'offline'),
      ...(device.model.stop === undefined ? [] : [retained(this.#topics.stopped(id), String(device.latched))]),
    ];
  }

  value(device: Device, property: string): readonly Publication[] {
    const slot = propertySlot(device.model, property);
    if (slot?.kind === undefined || !slot.readable) return [];
    const { value, quality } = device.reading(property);
    const payload = quality === 'bad' ? unknown : (textOf(value, slot.kind) ?? unknown);
    return [{ topic: this.#topics.property(device.id, slot.id), payload, retain: true, latest: true }];
  }

  event({ id }: Device, event: string, data: unknown): readonly Publication[] {
    const fields = typeof data === 'object' && data !== null ? data : { data };
    const payload = JSON.stringify({ ...fields, event_type: event });
    return [{ topic: this.#topics.event(id), payload, retain: false }];
  }

  /** The convention has no place for an answer, so it stands on a topic of our own, which a diagnostic sensor shows. */
  fate({ device, command, record, refusal }: Fate): readonly Publication[] {
    const { id, outcome, confirmation, error } = record ?? {};
    const why = refusal ?? (error && { code: error.code, detail: error.detail });
    const payload = JSON.stringify({ command, outcome: outcome ?? 'refused', commandId: id, confirmation, ...why });
    return [{ topic: this.#topics.outcome(device.id), payload, retain: false }];
  }

  retract(id: string): readonly Publication[] {
    return [retained(this.#configTopic(id), ''), retained(this.#topics.availability(id), '')];
  }

  wish(topic: string, payload: string): Wish | undefined {
    const asked = this.#topics.parse(topic);
    const device = asked && this.#instance.device(asked.device);
    if (asked === undefined || device === undefined) return undefined;
    if (asked.what === 'stop') return { kind: 'stop', device: device.id };
    const slot = slotsOf(device.model).find(({ what, id }) => what === asked.what && id === asked.slot);
    return slot?.writable === true ? wishOf(device.id, slot, payload) : undefined;
  }

  #configTopic(id: string): string {
    return `${this.#settings.discoveryPrefix}/device/${this.#uniqueId(id)}/config`;
  }

  #uniqueId(...parts: string[]): string {
    return ['bellcrank', this.#instance.id, ...parts].join('_');
  }

  #description(device: Device): object {
    const { presence, version } = this.#instance;
    return {
      dev: {
        ids: [this.#uniqueId(device.id)],
        name: titleOf(device),
        mf: 'Bellcrank',
        mdl: device.simulated ? `${device.model.name} (simulated)` : device.model.name,
        ...(device.identity !== undefined && { sn: device.identity }),
        ...(device.labels['area'] !== undefined && { suggested_area: device.labels['area'] }),
      },
      // Whoever reads announcements, another Bellcrank among them, can tell whose they are.
      o: { name: 'bellcrank', sw: version },
      availability: [
        { topic: presence.topic, payload_available: presence.online, payload_not_available: presence.offline },
        { topic: this.#topics.availability(device.id) },
      ],
      availability_mode: 'all',
      cmps: Object.fromEntries(this.#components(device)),
    };
  }

  #components(device: Device): [string, object][] {
    return [
      ...slotsOf(device.model).flatMap((slot) => this.#component(device, slot)),
      ...this.#stop(device),
      ...this.#events(device),
      ...this.#outcomes(device),
    ];
  }

  #component(device: Device, slot: Slot): [string, object][] {
    const { id, what, title, readable, writable } = slot;
    const settable = writable && this.#instance.commands;
    const command = what === 'property' ? this.#topics.setProperty(device.id, id) : this.#topics.command(device.id, id);
    const entity = entityOf(slot, {
      ...(readable && { state: this.#topics.property(device.id, id) }),
      ...(settable && { command }),
    });
    if (entity === undefined || (!readable && !settable)) return [];
    return [this.#named(device, what === 'property' ? id : `command_${id}`, title, entity)];
  }

  #named({ id }: Device, key: string, name: string, entity: object): [string, object] {
    return [key, { ...entity, name, unique_id: this.#uniqueId(id, key) }];
  }

  #stop(device: Device): [string, object][] {
    if (device.model.stop === undefined) return [];
    const state = { p: 'binary_sensor', state_topic: this.#topics.stopped(device.id), payload_on: 'true' };
    const stopped = { ...state, payload_off: 'false', device_class: 'problem' };
    const button = { p: 'button', command_topic: this.#topics.stop(device.id), payload_press: 'STOP' };
    return [
      this.#named(device, 'stopped', 'Stopped', stopped),
      ...(this.#instance.commands ? [this.#named(device, 'stop', 'Stop', button)] : []),
    ];
  }

  #events(device: Device): [string, object][] {
    const types = Object.keys(device.model.events);
    if (types.length === 0) return [];
    const entity = { p: 'event', state_topic: this.#topics.event(device.id), event_types: types };
    return [this.#named(device, 'events', 'Events', entity)];
  }

  #outcomes(device: Device): [string, object][] {
    if (!this.#instance.commands) return [];
    const topic = this.#topics.outcome(device.id);
    const entity = { p: 'sensor', state_topic: topic, json_attributes_topic: topic, entity_category: 'diagnostic' };
    const value_template = '{{ value_json.outcome }}';
    return [this.#named(device, 'outcome', 'Last command', { ...entity, value_template })];
  }
}
