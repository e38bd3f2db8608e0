import type { Names } from '../names.ts';
import { nameFrom } from '../names.ts';
import { type Notes, shown } from '../notes.ts';
import { type Kind, kindOf, type Scalar, valueIn } from './kinds.ts';
import { isTaken } from './leaves.ts';
import { lastWord, type Message, scalarAt } from './messages.ts';

/** Something that the device tells on a topic of its own. */
export interface State {
  readonly name: string;
  readonly topic: string;
  /** Where it stands in JSON; undefined: it is the payload. */
  readonly pointer: string | undefined;
  /** What it is called there. */
  readonly word: string;
  readonly kind: Kind;
  /** Not every message there tells it. */
  readonly isOptional: boolean;
  readonly isRetained: boolean;
  /** What was told first, as clients see it. */
  readonly first: Scalar;
}

/** More of them than one device has. */
export const maxStates = 300;

/** One for each topic of text, one for each scalar of those with JSON; in the order in which they were heard. */
export function statesOf(byTopic: ReadonlyMap<string, readonly Message[]>, names: Names, notes: Notes): State[] {
  const places = [...byTopic].flatMap(([topic, messages]) => placesOf(topic, messages));
  if (places.length > maxStates) {
    notes.add(`- More than ${maxStates} values were told: the others are left out.`);
  }
  const kept = places.slice(0, maxStates);
  // What has a topic of its own is called by it, and then the rest by what is left.
  const named = new Map(
    kept
      .toSorted((a, b) => Number(a.pointer !== undefined) - Number(b.pointer !== undefined))
      .map((place) => [place, uniqueName(place, names)]),
  );
  return kept.flatMap((place) => stateOf(place, named.get(place) ?? '', notes) ?? []);
}

interface Place {
  readonly topic: string;
  readonly pointer: string | undefined;
  readonly word: string;
  readonly path: readonly string[];
  readonly messages: readonly Message[];
}

function placesOf(topic: string, messages: readonly Message[]): Place[] {
  const told = messages.filter(({ text }) => text !== '');
  if (told.length === 0) return [];
  if (told.some(({ leaves }) => leaves === undefined)) {
    return [{ topic, pointer: undefined, word: lastWord(topic), path: [], messages: told }];
  }
  const leaves = new Map(told.flatMap((message) => message.leaves ?? []).map((leaf) => [leaf.pointer, leaf]));
  return [...leaves.values()].map(({ pointer, path }) => ({
    topic,
    pointer,
    path,
    word: path.at(-1) ?? '',
    messages: told,
  }));
}

function stateOf({ topic, pointer, word, messages }: Place, name: string, notes: Notes): State | undefined {
  const told = messages.flatMap((message) => scalarAt(message, pointer) ?? []);
  const types = new Set(told.map((value) => typeof value));
  if (types.size > 1) {
    notes.add(`- Left out: ${shown(`${topic} ${pointer ?? ''}`)}, which is ${[...types].join(' or ')}.`);
    return undefined;
  }
  const kind = kindOf(told);
  const [wire] = told;
  const first = wire === undefined ? undefined : valueIn(kind, wire);
  if (first === undefined) return undefined;
  const isRetained = messages.some(({ retained }) => retained);
  return { name, topic, pointer, word, kind, isOptional: told.length < messages.length, isRetained, first };
}

function uniqueName({ topic, pointer, path, word }: Place, names: Names): string {
  const short = slug(pointer === undefined ? word : path.join('-'));
  if (names.isFree(short)) return names.unique(short);
  const levels = topic.split('/').slice(pointer === undefined ? -2 : -1);
  return names.unique(slug([...levels, ...path].join('-')));
}

/** A name for what a device calls so. */
export function slug(text: string): string {
  const name = nameFrom(text).replace(/^exchange(?=-|$)/, 'value');
  return isTaken(name) ? `${name}-value` : name;
}
