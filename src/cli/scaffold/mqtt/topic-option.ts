/** How topics are written: what all of them share is an option. */
export interface TopicWriter {
  readonly option?: { readonly value: string; readonly isPath: boolean };
  write(topic: string): string;
}

export const optionName = 'topic';

/** Levels that all begin with, or else one that all have at the same place (`cmnd/plug/POWER`, `stat/plug/POWER`). */
export function topicWriter(topics: readonly string[]): TopicWriter {
  if (topics.length === 0) return { write: escaped };
  const all = topics.map((topic) => topic.split('/'));
  const shortest = Math.min(...all.map(({ length }) => length));
  const isShared = (at: number): boolean => new Set(all.map((levels) => levels[at])).size === 1;
  let count = 0;
  while (count < shortest && isShared(count)) count++;
  // Of a single topic the last level says what it is about.
  if (new Set(topics).size === 1) count -= 1;
  const [first = []] = all;
  const [from, to] = count > 0 ? [0, count] : placeOf(shortest, isShared);
  const shared = first.slice(from, to);
  if (shared.length === 0 || shared.includes('')) return { write: escaped };
  return {
    option: { value: shared.join('/'), isPath: shared.length > 1 },
    write: (topic) => {
      const levels = topic.split('/');
      return [...levels.slice(0, from).map(escaped), `{${optionName}}`, ...levels.slice(to).map(escaped)].join('/');
    },
  };
}

function placeOf(shortest: number, isShared: (at: number) => boolean): readonly [number, number] {
  // The last level says what a topic is about, and the first one mostly in which direction.
  for (let at = 1; at < shortest; at++) if (isShared(at)) return [at, at + 1];
  return [0, 0];
}

/** As a template without fields. */
export function escaped(text: string): string {
  return text.replaceAll(/[\\{}]/g, '\\$&');
}
