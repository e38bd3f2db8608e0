import { manual } from '../summary.ts';
import type { Availability } from './availability.ts';
import { valueIn } from './kinds.ts';
import { type Message, scalarAt } from './messages.ts';
import { heardEntry } from './sending.ts';
import type { Entry } from './shared.ts';
import type { State } from './states.ts';

/** Of each topic: those that are unlike each other. */
const maxOfTopic = 2;
const longestShown = 1500;
/** An example takes no more values. */
const maxValues = 100;

/** What topics told, and which values that is. */
export function stateExamples(states: readonly State[], byTopic: ReadonlyMap<string, readonly Message[]>): Entry[] {
  return [...byTopic].flatMap(([topic, messages]): Entry[] => {
    const own = states.filter((state) => state.topic === topic).slice(0, maxValues);
    const short = messages.filter(({ text }) => text.length <= longestShown);
    const unlike = short.filter(({ text }, at) => short.findIndex((one) => one.text === text) === at);
    return unlike.slice(0, maxOfTopic).flatMap((message): Entry[] => {
      const example = exampleOf(message, own);
      return example === undefined ? [] : [example];
    });
  });
}

function exampleOf(message: Message, states: readonly State[]): Entry | undefined {
  const told = states.flatMap(({ name, pointer, kind }) => {
    const wire = scalarAt(message, pointer);
    const value = wire === undefined ? undefined : valueIn(kind, wire);
    return value === undefined ? [] : [[name, value] as const];
  });
  return told.length === 0 ? undefined : { reply: heardEntry(message), read: Object.fromEntries(told), manual };
}

/** Each of the words that was heard. */
export function presenceExamples(
  { topic, pointer, online }: Availability,
  byTopic: ReadonlyMap<string, readonly Message[]>,
): Entry[] {
  const messages = byTopic.get(topic) ?? [];
  const unlike = messages.filter(({ text }, at) => messages.findIndex((one) => one.text === text) === at);
  return unlike.slice(0, maxOfTopic).map((message) => ({
    reply: heardEntry(message),
    online: scalarAt(message, pointer) === online,
    manual,
  }));
}
