import type { Device } from '../../device/device.ts';
import { type Instance, titleOf } from '../instance.ts';
import { commandOf, type Slot, slotsOf } from '../slot.ts';
import { type Entity, entityOf } from './entity.ts';
import type { Topics } from './topics.ts';

/** Components by key. A key says what it is, so one that becomes something else is another one. */
export type Components = Readonly<Record<string, Entity>>;

/** The description of a device (Home Assistant docs, "MQTT", "Device discovery payload"), and its parts. */
export class Description {
  readonly #instance: Instance;
  readonly #topics: Topics;

  constructor(instance: Instance, topics: Topics) {
    this.#instance = instance;
    this.#topics = topics;
  }

  /** Whatever is the device's own stands before what it is made of. */
  of(device: Device, components: Readonly<Record<string, object>>): object {
    const { version } = this.#instance;
    const { id, model, simulated, identity, labels } = device;
    return {
      dev: {
        ids: [this.#uniqueId(id)],
        name: titleOf(device),
        mf: 'Bellcrank',
        mdl: simulated ? `${model.name} (simulated)` : model.name,
        ...(identity !== undefined && { sn: identity }),
        ...(labels['area'] !== undefined && { suggested_area: labels['area'] }),
      },
      // Whoever reads announcements, another Bellcrank among them, can tell whose they are.
      o: { name: 'bellcrank', sw: version },
      availability: [this.#ours, { topic: this.#topics.availability(id) }],
      availability_mode: 'all',
      cmps: components,
    };
  }

  components(device: Device): Components {
    return Object.fromEntries([
      ...slotsOf(device.model).flatMap((slot) => this.#component(device, slot)),
      ...this.#stop(device),
      ...this.#events(device),
      ...this.#outcomes(device),
    ]);
  }

  /** Any word but the one that all is told is that it is not: Home Assistant would pass over those that it does not know. */
  get #ours(): object {
    const { topic, online } = this.#instance.presence;
    return { topic, value_template: `{{ 'online' if value == '${online}' else 'offline' }}` };
  }

  #uniqueId(...parts: string[]): string {
    return ['bellcrank', this.#instance.id, ...parts].join('_');
  }

  #component(device: Device, slot: Slot): [string, Entity][] {
    const { id, what, title, readable, writable } = slot;
    const settable = writable && this.#instance.maySend(device, commandOf(slot));
    const command = what === 'property' ? this.#topics.setProperty(device.id, id) : this.#topics.command(device.id, id);
    const entity = entityOf(slot, {
      ...(readable && { state: this.#topics.property(device.id, id) }),
      ...(settable && { command }),
    });
    if (entity === undefined || (!readable && !settable)) return [];
    return [this.#named(device, what === 'property' ? id : `command_${id}`, title, entity)];
  }

  #named({ id }: Device, key: string, name: string, entity: Entity): [string, Entity] {
    return [`${entity.p}_${key}`, { ...entity, name, unique_id: this.#uniqueId(id, key) }];
  }

  #stop(device: Device): [string, Entity][] {
    if (device.model.stop === undefined) return [];
    const state = { p: 'binary_sensor', state_topic: this.#topics.stopped(device.id), payload_on: 'true' };
    const stopped = { ...state, payload_off: 'false', device_class: 'problem' };
    const button = { p: 'button', command_topic: this.#topics.stop(device.id), payload_press: 'STOP' };
    // Names of the model hold no underscore, so these are nobody else's.
    return [
      this.#named(device, 'is_stopped', 'Stopped', stopped),
      ...(this.#instance.mayStop(device) ? [this.#named(device, 'stop_now', 'Stop', button)] : []),
    ];
  }

  #events(device: Device): [string, Entity][] {
    const types = Object.keys(device.model.events);
    if (types.length === 0) return [];
    const entity = { p: 'event', state_topic: this.#topics.event(device.id), event_types: types };
    return [this.#named(device, 'all_events', 'Events', entity)];
  }

  #outcomes(device: Device): [string, Entity][] {
    if (!this.#instance.commands) return [];
    const topic = this.#topics.outcome(device.id);
    const entity = { p: 'sensor', state_topic: topic, json_attributes_topic: topic, entity_category: 'diagnostic' };
    const value_template = '{{ value_json.outcome }}';
    return [this.#named(device, 'last_command', 'Last command', { ...entity, value_template })];
  }
}
