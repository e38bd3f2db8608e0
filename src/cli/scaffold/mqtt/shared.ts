import { Names } from '../names.ts';
import type { Notes } from '../notes.ts';
import type { Ask } from './messages.ts';
import type { Past } from './past.ts';
import type { State } from './states.ts';
import { optionName, type TopicWriter } from './topic-option.ts';

export type Entry = Record<string, unknown>;

/** A topic map in the making, and what everybody who adds to it needs. */
export interface Making {
  readonly topics: TopicWriter;
  readonly states: readonly State[];
  /** Topics that only ever answer. */
  readonly answers: ReadonlySet<string>;
  readonly past: Past;
  readonly notes: Notes;
  /** Of commands; properties have had theirs. */
  readonly commandNames: Names;
  /** Of whatever has a value in the simulated device. */
  readonly valueNames: Names;
  readonly properties: Map<string, Entry>;
  readonly commands: Map<string, Entry>;
  readonly examples: Entry[];
  readonly initial: Map<string, unknown>;
  readonly sets: Map<string, Entry>;
  readonly tells: Map<string, readonly string[]>;
}

/** Messages that were sent to the same topic in the same form. */
export interface Group {
  readonly topic: string;
  readonly asks: readonly [Ask, ...Ask[]];
}

/** A part of a group; undefined if nothing is in it. */
export function groupOf(topic: string, [first, ...others]: readonly Ask[]): Group | undefined {
  return first === undefined ? undefined : { topic, asks: [first, ...others] };
}

/** Parameters must not be called like options, nor like the id of a question. */
export function paramNames(): Names {
  const names = new Names();
  for (const taken of [optionName, 'id']) names.unique(taken);
  return names;
}
