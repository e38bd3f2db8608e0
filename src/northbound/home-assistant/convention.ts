import type { Device } from '../../device/device.ts';
import { type Convention, type Fate, type Publication, retained, type Wish } from '../convention.ts';
import { type Instance, isHere } from '../instance.ts';
import { textOf } from '../kind.ts';
import { propertySlot, slotsOf } from '../slot.ts';
import { wishOf } from '../wish.ts';
import { Description } from './description.ts';
import { press } from './entity.ts';
import { Told } from './told.ts';
import { Topics } from './topics.ts';

export interface HomeAssistantSettings {
  /** Of Home Assistant's discovery topics: `homeassistant` unless it was set up otherwise. */
  readonly discoveryPrefix: string;
  /** Of our own topics. */
  readonly base: string;
}

/** What Home Assistant takes for unknown; but for a `text`, which has no such state and shows the word. */
const unknown = 'None';

const flagOf = ({ simulated }: Device): { simulated?: true } => (simulated ? { simulated } : {});

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
  readonly #description: Description;
  readonly #told: Told;

  constructor(instance: Instance, settings: HomeAssistantSettings) {
    this.#instance = instance;
    this.#settings = settings;
    this.#topics = new Topics(settings.base);
    this.#description = new Description(instance, this.#topics);
    this.#told = new Told(settings.base);
    this.filters = instance.commands ? this.#topics.filters : [];
    this.greeting = { topic: `${settings.discoveryPrefix}/status`, payload: 'online' };
  }

  get memory(): string {
    return this.#configTopic('+');
  }

  recall(topic: string, payload: string): string | undefined {
    const [before = '', after = ''] = this.#configTopic('+').split('+');
    if (!topic.startsWith(before) || !topic.endsWith(after)) return undefined;
    const id = topic.slice(before.length, -after.length);
    this.#told.recall(id, payload);
    return id;
  }

  /** Where Homie is spoken as well, that says it. */
  introduce(): readonly Publication[] {
    const { topic, online } = this.#instance.presence;
    return topic === this.#topics.status ? [retained(topic, online)] : [];
  }

  leave(): readonly Publication[] {
    return [];
  }

  /** A component that is no more is said to be one without anything, and then left out ("Device discovery payload"). */
  announce(device: Device): readonly Publication[] {
    const components = this.#description.components(device);
    const { gone, stale } = this.#told.replace(device.id, components);
    const describe = (parts: Readonly<Record<string, object>>): Publication =>
      retained(this.#configTopic(device.id), JSON.stringify(this.#description.of(device, parts)));
    const values = Object.keys(device.model.properties).flatMap((property) => this.value(device, property));
    return [
      ...(Object.keys(gone).length === 0 ? [] : [describe({ ...components, ...gone })]),
      describe(components),
      ...stale.map((topic) => retained(topic, '')),
      ...this.presence(device),
      ...values,
    ];
  }

  presence(device: Device): readonly Publication[] {
    const { id } = device;
    const tell = (topic: string, payload: string): Publication => ({ ...retained(topic, payload), latest: true });
    return [
      tell(this.#topics.availability(id), isHere(device) ? 'online' : 'offline'),
      ...(device.model.stop === undefined ? [] : [tell(this.#topics.stopped(id), String(device.latched))]),
    ];
  }

  value(device: Device, property: string): readonly Publication[] {
    const slot = propertySlot(device.model, property);
    if (slot?.kind === undefined || !slot.readable) return [];
    const { value, quality } = device.reading(property);
    // What it has told since it is there holds also while it is brought back into step.
    const isKnown = quality !== 'bad' && Number.isFinite(device.readings.ageMs(property));
    const payload = isKnown ? (textOf(value, slot.kind) ?? unknown) : unknown;
    return [{ topic: this.#topics.property(device.id, slot.id), payload, retain: true, latest: true }];
  }

  event(device: Device, event: string, data: unknown): readonly Publication[] {
    const fields = typeof data === 'object' && data !== null && !Array.isArray(data) ? data : { data };
    const payload = JSON.stringify({ ...fields, event_type: event, ...flagOf(device) });
    return [{ topic: this.#topics.event(device.id), payload, retain: false }];
  }

  /**
   * The convention has no place for an answer, so it stands on a topic of our own, which a diagnostic sensor shows. What
   * was asked for is told again even where it is no news: whoever asked waits for it.
   */
  fate({ device, command, record, refusal }: Fate): readonly Publication[] {
    const { id, outcome, confirmation, error } = record ?? {};
    const why = refusal ?? (error && { code: error.code, detail: error.detail });
    const payload = JSON.stringify({
      command,
      outcome: outcome ?? refusal?.outcome ?? 'not-sent',
      commandId: id,
      confirmation,
      ...why,
      ...flagOf(device),
    });
    return [
      ...(command.startsWith('write:') ? this.value(device, command.slice('write:'.length)) : []),
      { topic: this.#topics.outcome(device.id), payload, retain: false },
    ];
  }

  retract(id: string): readonly Publication[] {
    const topics = [this.#configTopic(id), this.#topics.availability(id), ...this.#told.forget(id)];
    return topics.map((topic) => retained(topic, ''));
  }

  /** Nobody presses a button with an empty payload: with one, what the broker keeps on a topic is cleared. */
  wish(topic: string, payload: string): Wish | undefined {
    const asked = this.#topics.parse(topic);
    const device = asked && this.#instance.device(asked.device);
    if (asked === undefined || device === undefined) return undefined;
    if (asked.what === 'stop') return { kind: 'stop', device: device.id };
    const slot = slotsOf(device.model).find(({ what, id }) => what === asked.what && id === asked.slot);
    if (slot?.writable !== true) return undefined;
    if (slot.kind !== undefined || payload === press) return wishOf(device.id, slot, payload);
    if (payload === '') return undefined;
    const detail = `${JSON.stringify(payload.slice(0, 100))} is not ${press}`;
    return { kind: 'nonsense', device: device.id, command: slot.name, detail };
  }

  /** With the service's name for a node, all that is its own can be asked for at once. */
  #configTopic(id: string): string {
    return `${this.#settings.discoveryPrefix}/device/bellcrank_${this.#instance.id}/${id}/config`;
  }
}
