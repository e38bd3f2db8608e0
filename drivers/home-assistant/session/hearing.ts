import { type Clock, type Context, type Message, payloadText, type Presence } from '../../../src/driver/index.ts';
import { Present } from '../components/availability.ts';
import { Heard } from '../components/heard.ts';
import type { Field, Told } from '../components/parts.ts';
import type { Entity } from '../plan/entity.ts';
import type { Of, Plan } from '../plan/plan.ts';

type Timer = ReturnType<Clock['timer']>;

/** Longest retained state that is kept until the device is known to be there. */
const maxKeptLength = 4096;

/** What a device's topics tell: its states, its events, its presence. One for each plan. */
export class Hearing {
  readonly #context: Context;
  readonly #presence: Presence;
  readonly #plan: Plan;
  readonly #properties: ReadonlyMap<string, readonly (readonly [string, Of<Field>])[]>;
  readonly #present = new Map<string, Present>();
  // Made when they are needed, which is hardly ever.
  #timers: Map<string, Timer> | undefined;
  /** Retained states, by topic, of what is not yet known to be there. */
  #kept: Map<string, Heard> | undefined;

  constructor(context: Context, presence: Presence, plan: Plan) {
    this.#context = context;
    this.#presence = presence;
    this.#plan = plan;
    this.#properties = Map.groupBy(
      [...plan.properties].filter(([, { part }]) => part.source !== undefined),
      ([, { part }]) => part.source?.topic ?? '',
    );
    for (const { availability } of plan.entities) {
      if (availability !== undefined && !this.#present.has(availability.key))
        this.#present.set(availability.key, new Present(availability));
    }
  }

  /** Every topic that is to be listened to. */
  get topics(): ReadonlySet<string> {
    const { entities, events } = this.#plan;
    return new Set([
      ...entities.flatMap(({ availability }) => availability?.rules.map(({ topic }) => topic) ?? []),
      ...this.#properties.keys(),
      ...[...events.values()].map(({ part }) => part.topic),
    ]);
  }

  hear({ topic, payload, retained }: Message): void {
    const text = payloadText(payload);
    if (text === undefined) return this.#context.unmatched(`unreadable payload on ${topic}`);
    const heard = new Heard(text);
    this.#hearAvailability(topic, heard);
    if (retained) return this.#keep(topic, heard);
    this.#kept?.delete(topic);
    for (const [name, of] of this.#properties.get(topic) ?? [])
      this.#tell(name, of, of.part.source?.tell(heard), topic);
    this.#emit(topic, heard);
  }

  /** Whether the component is said to be away. */
  isAway({ availability }: Entity): boolean {
    return availability !== undefined && this.#present.get(availability.key)?.here === false;
  }

  /** Says whether the device is there, as far as that is known. */
  tellPresence(): void {
    const { entities } = this.#plan;
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
    for (const [key, present] of this.#present) {
      const before = present.here;
      present.hear(topic, heard);
      if (present.here !== before) this.#changed(key, present.here);
    }
  }

  #changed(key: string, here: boolean | undefined): void {
    this.tellPresence();
    const of = (entity: Entity): boolean => entity.availability?.key === key;
    if (here === true) this.#release(of);
    if (here !== false) return;
    for (const [name, { entity, part }] of this.#plan.properties) {
      if (of(entity) && part.source !== undefined) this.#lose(name, 'the device says that it is not available');
    }
  }

  /**
   * What the broker had kept tells the past. It is the last word of a device whose last will says that it is there, and
   * is reported then; a measurement is as good as its time, which nobody knows, and is not.
   */
  #keep(topic: string, heard: Heard): void {
    if (!this.#properties.has(topic) || heard.text.length > maxKeptLength) return;
    this.#kept ??= new Map();
    this.#kept.set(topic, heard);
    this.#release(() => true, topic);
  }

  #release(concerns: (entity: Entity) => boolean, only?: string): void {
    const kept = [...(this.#kept ?? [])].filter(([name]) => only === undefined || name === only);
    for (const [topic, heard] of kept) {
      for (const [name, of] of this.#properties.get(topic) ?? []) {
        if (concerns(of.entity) && this.#holds(of)) this.#tell(name, of, of.part.source?.tell(heard), topic);
      }
    }
  }

  #holds({ entity, part }: Of<Field>): boolean {
    const { availability, expireAfterMs } = entity;
    if (part.measured === true || part.returns !== undefined || expireAfterMs !== undefined) return false;
    return availability !== undefined && this.#present.get(availability.key)?.here === true;
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

  #emit(topic: string, heard: Heard): void {
    for (const [name, { part }] of this.#plan.events) {
      const data = part.topic === topic ? part.tell(heard) : undefined;
      if (data !== undefined) this.#context.emit(name, data);
    }
  }
}
