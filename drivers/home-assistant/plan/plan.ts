import { type Confirmation, type Model, nameOf, type StopSpec } from '../../../src/driver/index.ts';
import type { Known } from '../announced/record.ts';
import type { Availability } from '../components/availability.ts';
import type { Action, Field, Occurrence, Parts } from '../components/parts.ts';
import type { Templates } from '../template/index.ts';
import type { Refusal } from './command-topics.ts';
import { type Entity, entityOf, type LeftOut } from './entity.ts';
import { entityNames } from './names.ts';
import type { Of } from './of.ts';
import { commandSpec, eventSpec, propertySpec } from './specs.ts';
import { topicsOf, type PlanTopics } from './topics.ts';

export type StopStep = Of<NonNullable<Parts['stop']>>;

/** What a device is for us: its model, and how each part of that is done. */
export interface Plan {
  readonly model: Model;
  readonly entities: readonly Entity[];
  readonly leftOut: readonly LeftOut[];
  readonly properties: ReadonlyMap<string, Of<Field>>;
  readonly commands: ReadonlyMap<string, Of<Action>>;
  readonly events: ReadonlyMap<string, Of<Occurrence>>;
  readonly stops: readonly StopStep[];
  readonly topics: PlanTopics;
}

export interface PlanSettings {
  readonly replyTimeoutMs: number;
  /** Topics on which no part may be commanded. */
  readonly refusal: Refusal;
}

/** Programs that tell a state before the device has confirmed it. */
const optimisticOrigins = ['zigbee2mqtt'];

export function planOf(known: Known, templates: Templates, settings: PlanSettings): Plan {
  const worth: Confirmation = optimisticOrigins.includes(known.origin?.toLowerCase() ?? '')
    ? 'acknowledged'
    : 'confirmed';
  const read = known.components.map((component) =>
    entityOf(component, templates, known.facts.name, worth, settings.refusal),
  );
  const understood = sharing(read.filter((each): each is Entity => 'parts' in each));
  const leftOut = read.filter((each): each is LeftOut => !('parts' in each));
  const names = entityNames(understood);
  // In the order of their names: devices of one make have one model, in whatever order they announce their parts.
  const entities = understood.toSorted((a, b) => ((names.get(a) ?? '') < (names.get(b) ?? '') ? -1 : 1));
  const all = {
    properties: new Map<string, Of<Field>>(),
    commands: new Map<string, Of<Action>>(),
    events: new Map<string, Of<Occurrence>>(),
  };
  for (const entity of entities) {
    const name = names.get(entity) ?? '';
    collect(all.properties, entity, name, entity.parts.fields ?? []);
    collect(all.commands, entity, name, entity.parts.actions ?? []);
    collect(all.events, entity, name, entity.parts.events ?? []);
  }
  const stops = entities.flatMap((entity): StopStep[] =>
    entity.parts.stop ? [{ entity, part: entity.parts.stop }] : [],
  );
  const parts = withoutEmpty(all);
  const topics = topicsOf(entities, parts);
  return { model: modelOf(known, all, stops, settings), entities, leftOut, stops, topics, ...parts };
}

const empty: ReadonlyMap<string, never> = new Map<string, never>();

/** Most devices have no commands or no events: they share the map in which there are none. */
function withoutEmpty({ properties, commands, events }: All): All {
  return {
    properties,
    commands: commands.size > 0 ? commands : empty,
    events: events.size > 0 ? events : empty,
  };
}

/** Components of one device are there together, mostly: they share what tells that. */
function sharing(entities: readonly Entity[]): Entity[] {
  const known = new Map<string, Availability>();
  return entities.map((entity) => {
    const { availability } = entity;
    if (availability === undefined) return entity;
    const first = known.get(availability.key) ?? availability;
    known.set(availability.key, first);
    return first === availability ? entity : { ...entity, availability: first };
  });
}

function collect<T extends { readonly suffix: string }>(
  into: Map<string, Of<T>>,
  entity: Entity,
  name: string,
  parts: readonly (T | undefined)[],
): void {
  for (const part of parts) {
    if (part === undefined) continue;
    const whole = part.suffix === '' ? name : `${name}-${nameOf(part.suffix)}`.slice(0, 63).replace(/-+$/, '');
    if (!into.has(whole)) into.set(whole, { entity, part });
  }
}

type All = Pick<Plan, 'properties' | 'commands' | 'events'>;

function modelOf(
  { facts, origin }: Known,
  { properties, commands, events }: All,
  stops: readonly StopStep[],
  settings: PlanSettings,
): Model {
  const kind = [facts.manufacturer, facts.model].filter((word) => word !== undefined).join(' ');
  const timeoutMs = Math.max(5000, settings.replyTimeoutMs + 2000);
  return {
    name: nameOf(`home-assistant ${kind === '' ? (origin ?? 'device') : kind}`),
    summary: kind === '' ? 'A device of Home Assistant discovery' : `${kind}, by Home Assistant discovery`,
    properties: mapped(properties, (of) => propertySpec(of, timeoutMs)),
    commands: mapped(commands, (of) => commandSpec(of, timeoutMs)),
    events: mapped(events, eventSpec),
    ...(stops.length > 0 && { stop: stopSpec(stops, timeoutMs) }),
  };
}

function mapped<T, S>(all: ReadonlyMap<string, T>, make: (of: T) => S): Record<string, S> {
  return Object.fromEntries([...all].map(([name, of]) => [name, make(of)]));
}

const levels: readonly Confirmation[] = ['sent', 'acknowledged', 'confirmed'];

/** What holds for the weakest step holds for all. */
export function weakest(confirmations: readonly Confirmation[]): Confirmation {
  return levels.find((level) => confirmations.includes(level)) ?? 'sent';
}

function stopSpec(stops: readonly StopStep[], timeoutMs: number): StopSpec {
  const summary = stops.map(({ entity, part }) => `${entity.label ?? entity.word}: ${part.summary}`).join(', ');
  return {
    summary: summary.slice(0, 200),
    confirmation: weakest(stops.map(({ part }) => part.confirmation)),
    timeoutMs,
  };
}
