import { type Context, type Message, Presence } from '../../../../src/driver/index.ts';
import { arrivedOf, hear } from '../message/hear.ts';
import { resolvePointer } from '../message/pointer.ts';
import { printTopic } from '../message/topic.ts';
import type { Known } from '../message/wire.ts';
import type { Availability, Instance, TopicEvent, TopicProperty } from '../topic-map.ts';
import { stateTopicOf, toldState } from './question.ts';

type Listener = (message: Message) => 'taken' | 'left' | 'unreadable';

/** What one device tells unasked: states, events, its presence. */
export class Listening {
  readonly presence: Presence;
  readonly #context: Context;
  readonly #instance: Instance;
  readonly #listeners = new Map<string, Listener[]>();
  /** The values told last, whatever told them. */
  readonly #last = new Map<string, unknown>();
  readonly #announced: PromiseWithResolvers<void> = Promise.withResolvers();
  #isAnnounced = false;

  constructor(instance: Instance, context: Context) {
    this.#instance = instance;
    this.#context = context;
    this.presence = new Presence(context);
    const { map, options } = instance;
    for (const [name, property] of Object.entries(map.properties)) {
      const topic = stateTopicOf(property, map.paths, options);
      if (topic !== undefined) this.#add(topic, (message) => this.#state(name, property, message));
    }
    for (const [name, event] of Object.entries(map.events)) {
      this.#add(printTopic(event.hearing.topic, options, map.paths), (message) => this.#event(name, event, message));
    }
    const { availability } = map;
    if (availability !== undefined) {
      this.#add(printTopic(availability.topic, options, map.paths), (message) =>
        this.#availability(availability, message),
      );
    }
  }

  /** The topics that it listens on. */
  get topics(): readonly string[] {
    return [...this.#listeners.keys()];
  }

  /** What it last said of a property; undefined: nothing. */
  last(property: string): unknown {
    return this.#last.get(property);
  }

  /** Settles with the first word on the device's presence. */
  get announced(): Promise<void> {
    return this.#announced.promise;
  }

  /** Nothing was said of its presence until now. */
  unannounced(): void {
    const { availability } = this.#instance.map;
    if (availability === undefined || this.presence.here !== undefined) return;
    const { unannounced, topic } = availability;
    const where = printTopic(topic, this.#instance.options, this.#instance.map.paths);
    if (unannounced === 'there') this.#back('nothing says that it is away');
    else this.presence.away(`nothing on ${where} says that the device is there`);
  }

  hear(message: Message): void {
    const listeners = this.#listeners.get(message.topic) ?? [];
    const outcomes = listeners.map((listener) => listener(message));
    if (outcomes.includes('taken')) {
      if (!message.retained) this.#speaks();
    } else if (message.retained && outcomes.includes('left')) {
      this.#context.unmatched(`retained message on ${message.topic}`);
    } else if (outcomes.includes('unreadable')) {
      this.#context.unmatched(`message on ${message.topic} that the definition does not explain`);
    }
  }

  #add(topic: string, listener: Listener): void {
    this.#listeners.set(topic, [...(this.#listeners.get(topic) ?? []), listener]);
  }

  #state(name: string, property: TopicProperty, message: Message): ReturnType<Listener> {
    if (message.retained && property.pushed?.retained !== true) return 'left';
    const told = toldState(property, arrivedOf(message), this.#instance.options);
    if (told === undefined) return 'unreadable';
    if (told === 'lacking' || told.value === null) {
      this.#last.delete(name);
      this.#context.lost(
        name,
        told === 'lacking' ? 'the device no longer tells it' : 'the device tells that it does not know it',
      );
    } else {
      this.#last.set(name, told.value);
      this.#context.report(name, told.value);
    }
    return 'taken';
  }

  #event(name: string, { hearing, data }: TopicEvent, message: Message): ReturnType<Listener> {
    if (message.retained) return 'left';
    const fields = hear(hearing, arrivedOf(message), this.#instance.options);
    if (fields === undefined) return 'unreadable';
    const told = data.filter((field) => Object.hasOwn(fields, field)).map((field) => [field, fields[field]] as const);
    this.#context.emit(name, Object.fromEntries(told));
    return 'taken';
  }

  #availability(availability: Availability, message: Message): ReturnType<Listener> {
    const here = presenceIn(availability, message);
    if (here === undefined) return 'unreadable';
    this.#isAnnounced = true;
    this.#announced.resolve();
    if (here) this.#back(`the device says so on ${message.topic}`);
    else this.presence.away(`${message.topic} says that the device is away`);
    return 'taken';
  }

  /** Whoever speaks is there, unless a last will has said otherwise. */
  #speaks(): void {
    if (this.#isAnnounced || this.#instance.map.availability === undefined) return;
    this.#back('the device speaks');
  }

  /** What a device retains and keeps up to date stands for the present again. */
  #back(detail: string): void {
    const returns = this.presence.here === false;
    this.presence.back(detail);
    if (!returns) return;
    for (const [name, { pushed }] of Object.entries(this.#instance.map.properties))
      if (pushed?.retained === true && this.#last.has(name)) this.#context.report(name, this.#last.get(name));
  }
}

/** What an availability topic says; undefined for neither word. */
export function presenceIn({ pointer, online, offline }: Availability, message: Message): boolean | undefined {
  const arrived = arrivedOf(message);
  const word =
    pointer === undefined ? arrived.text : arrived.json && resolvePointer(arrived.json.value, pointer)?.value;
  const is = (one: Known[string]): boolean => word === one || (pointer === undefined && word === String(one));
  if (is(online)) return true;
  return is(offline) ? false : undefined;
}
