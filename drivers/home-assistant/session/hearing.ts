import {
  allOf,
  type Clock,
  type Context,
  type Few,
  type Message,
  payloadText,
  type Presence,
  withOne,
} from '../../../src/driver/index.ts';
import { Present } from '../components/availability.ts';
import { Heard } from '../components/heard.ts';
import type { Field, Told } from '../components/parts.ts';
import type { Entity } from '../plan/entity.ts';
import type { Of } from '../plan/of.ts';
import type { OwnPlan } from '../plan/plans.ts';

type Timer = ReturnType<Clock['timer']>;

/** Longest retained state that is kept until the device is known to be there. */
const maxKeptLength = 4096;

/** What a device's topics tell: its states, its events, its presence. One for each plan. */
export class Hearing {
  readonly #context: Context;
  readonly #presence: Presence;
  readonly #own: OwnPlan;
  /** Mostly one. */
  readonly #present: Present | Few<Present> | undefined;
  // Made when they are needed, which is hardly ever.
  #timers: Map<string, Timer> | undefined;
  /** Retained states, by the plan's topic, of what is not yet known to be there. */
  #kept: Map<string, Heard> | undefined;

  constructor(context: Context, presence: Presence, own: OwnPlan) {
    this.#context = context;
    this.#presence = presence;
    this.#own = own;
    for (const availability of own.plan.topics.availabilities)
      this.#present = withOne(this.#present, new Present(availability));
  }

  /** Every topic that is to be listened to. */
  get topics(): readonly string[] {
    return this.#own.plan.topics.all.map((topic) => this.#own.topic(topic));
  }

  hear(message: Message): void {
    const text = payloadText(message.payload);
    if (text === undefined) return this.#context.unmatched(`unreadable payload on ${message.topic}`);
    const heard = new Heard(text);
    const topic = this.#own.planned(message.topic);
    this.#hearAvailability(topic, heard);
    if (message.retained) return this.#keep(topic, heard);
    this.#kept?.delete(topic);
    const told = this.#own.plan.topics.told.get(topic);
    for (const [name, of] of told?.properties ?? []) this.#tell(name, of, of.part.source?.tell(heard), message.topic);
    for (const [name, { part }] of told?.events ?? []) this.#emit(name, part.tell(heard));
  }

  /** Whether the component is said to be away. */
  isAway({ availability }: Entity): boolean {
    return availability !== undefined && this.#isHere(availability.key) === false;
  }

  /** How often the component was said to go: what it was told before may have been lost. */
  leaves({ availability }: Entity): number {
    return allOf(this.#present).find(({ key }) => key === availability?.key)?.leaves ?? 0;
  }

  /** Says whether the device is there, as far as that is known. */
  tellPresence(): void {
    const { entities } = this.#own.plan;
    if (entities.length > 0 && entities.every((entity) => this.isAway(entity)))
      return this.#presence.away('the device says that it is not available');
    // Nothing that says otherwise was heard: not by now, when what the broker had kept has come.
    this.#presence.back('the device is available');
  }

  end(): void {
    for (const timer of this.#timers?.values() ?? []) timer.cancel();
    this.#timers = undefined;
  }

  #hearAvailability(topic: string, heard: Heard): void {
    for (const present of allOf(this.#present)) {
      const before = present.here;
      present.hear(topic, heard);
      if (present.here !== before) this.#changed(present.key, present.here);
    }
  }

  #isHere(availability: string): boolean | undefined {
    return allOf(this.#present).find(({ key }) => key === availability)?.here;
  }

  #changed(key: string, here: boolean | undefined): void {
    this.tellPresence();
    const of = (entity: Entity): boolean => entity.availability?.key === key;
    if (here === true) this.#release(of);
    if (here !== false) return;
    for (const [name, { entity, part }] of this.#own.plan.properties) {
      if (of(entity) && part.source !== undefined) this.#lose(name, 'the device says that it is not available');
    }
  }

  /**
   * What the broker had kept tells the past. It is the last word of a device whose last will says that it is there, and
   * is reported then; a measurement is as good as its time, which nobody knows, and is not.
   */
  #keep(topic: string, heard: Heard): void {
    if (!this.#tells(topic) || heard.text.length > maxKeptLength) return;
    this.#kept ??= new Map();
    this.#kept.set(topic, heard);
    this.#release(() => true, topic);
  }

  #tells(topic: string): boolean {
    return (this.#own.plan.topics.told.get(topic)?.properties.length ?? 0) > 0;
  }

  #release(concerns: (entity: Entity) => boolean, only?: string): void {
    const kept = [...(this.#kept ?? [])].filter(([name]) => only === undefined || name === only);
    for (const [topic, heard] of kept) {
      for (const [name, of] of this.#own.plan.topics.told.get(topic)?.properties ?? []) {
        if (!concerns(of.entity) || !this.#holds(of)) continue;
        this.#tell(name, of, of.part.source?.tell(heard), this.#own.topic(topic));
      }
    }
  }

  #holds({ entity, part }: Of<Field>): boolean {
    const { availability, expireAfterMs } = entity;
    if (part.measured === true || part.returns !== undefined || expireAfterMs !== undefined) return false;
    return availability !== undefined && this.#isHere(availability.key) === true;
  }

  #tell(name: string, of: Of<Field>, told: Told | undefined, topic: string): void {
    if (told?.kind === 'value') this.#report(name, of, told.value);
    else if (told?.kind === 'none') this.#lose(name, 'the device says that it does not know');
    else if (told?.kind === 'problem') this.#context.unmatched(`${name}: ${told.problem} (${topic})`);
  }

  #report(name: string, { entity, part }: Of<Field>, value: unknown): void {
    this.#timers?.get(name)?.cancel();
    this.#timers?.delete(name);
    this.#context.report(name, value);
    const { returns } = part;
    const { expireAfterMs } = entity;
    if (returns !== undefined && value === returns.from)
      this.#after(name, returns.afterMs, () => this.#context.report(name, returns.to));
    else if (expireAfterMs !== undefined)
      this.#after(name, expireAfterMs, () =>
        this.#context.lost(name, `nothing was told for ${expireAfterMs / 1000} s (expire_after)`),
      );
  }

  #lose(name: string, why: string): void {
    this.#timers?.get(name)?.cancel();
    this.#timers?.delete(name);
    this.#context.lost(name, why);
  }

  #after(name: string, ms: number, then: () => void): void {
    this.#timers ??= new Map();
    this.#timers.set(name, this.#context.clock.timer(ms, then));
  }

  #emit(name: string, data: Readonly<Record<string, unknown>> | undefined): void {
    if (data !== undefined) this.#context.emit(name, data);
  }
}
