import type { Availability } from '../components/availability.ts';
import type { Field, Occurrence } from '../components/parts.ts';
import type { Entity } from './entity.ts';
import type { Of } from './of.ts';

/** What is told on one topic. */
export interface ToldThere {
  readonly properties: readonly (readonly [name: string, of: Of<Field>])[];
  readonly events: readonly (readonly [name: string, of: Of<Occurrence>])[];
}

/** Which topics a plan is told on. */
export interface PlanTopics {
  /** Everything that is to be listened to, each once. */
  readonly all: readonly string[];
  readonly told: ReadonlyMap<string, ToldThere>;
  /** On which it is commanded, each once. */
  readonly commands: readonly string[];
  /** Each once. */
  readonly availabilities: readonly Availability[];
}

/** What a device tells, by its names. */
interface Told {
  readonly properties: ReadonlyMap<string, Of<Field>>;
  readonly events: ReadonlyMap<string, Of<Occurrence>>;
}

export function topicsOf(entities: readonly Entity[], { properties, events }: Told): PlanTopics {
  const availabilities = distinct(entities);
  const sources = [...properties].filter(([, { part }]) => part.source !== undefined);
  const byTopic = Map.groupBy(sources, ([, { part }]) => part.source?.topic ?? '');
  const eventsByTopic = Map.groupBy(events, ([, { part }]) => part.topic);
  const topics = new Set([...byTopic.keys(), ...eventsByTopic.keys()]);
  const told = [...topics].map((topic) => {
    return [topic, { properties: byTopic.get(topic) ?? [], events: eventsByTopic.get(topic) ?? [] }] as const;
  });
  const present = availabilities.flatMap(({ rules }) => rules.map(({ topic }) => topic));
  const commands = [...new Set(entities.flatMap(({ commandTopics }) => commandTopics))];
  return { all: [...new Set([...present, ...topics])], told: new Map(told), commands, availabilities };
}

function distinct(entities: readonly Entity[]): Availability[] {
  const byKey = new Map<string, Availability>();
  for (const { availability } of entities)
    if (availability !== undefined && !byKey.has(availability.key)) byKey.set(availability.key, availability);
  return [...byKey.values()];
}
