import type { CommandQuery } from '../store.ts';
import { endOfIds, firstId, type Lag } from './lag.ts';

export interface Select {
  readonly sql: string;
  readonly parameters: readonly (string | number)[];
}

type Filter = 'device' | 'command' | 'by' | 'outcome';

const columns: Readonly<Record<Filter, string>> = {
  device: 'device',
  command: 'command',
  by: 'caller',
  outcome: 'outcome',
};

/**
 * The statement that lists what a query asks for, newest first and one more than its limit. SQLite keeps no statistics
 * here, so which index it walks is said: one that finds few, in the order of ids. Nothing is sorted. With `since` it
 * looks no further back than that id.
 */
export function selectList(query: CommandQuery, lag: Lag, since?: string): Select {
  const filters = filtersOf(query);
  const first = firstId(query.from, lag);
  const bounds: [string, string | number][] = [
    ...filters.map((name): [string, string] => [`${columns[name]} = ?`, String(query[name])]),
    ['id < ?', endOf(query, lag)],
    ['id >= ?', since !== undefined && since > first ? since : first],
    ...optional('submitted >= ?', query.from),
    ...optional('submitted < ?', query.to),
  ];
  const where = bounds.map(([term]) => term).join(' AND ');
  return {
    sql: `SELECT id, record FROM commands${walked(filters[0])} WHERE ${where} ORDER BY id DESC LIMIT ?`,
    parameters: [...bounds.map(([, value]) => value), query.limit + 1],
  };
}

/** The statement that tells how far back a list comes by looking at so many entries of the index that it walks. */
export function selectReach(query: CommandQuery, lag: Lag, rows: number): Select {
  const [best] = filtersOf(query);
  const filter = best === undefined ? '' : `${columns[best]} = ? AND `;
  return {
    sql: `SELECT id FROM commands${walked(best)} WHERE ${filter}id < ? AND id >= ? ORDER BY id DESC LIMIT 1 OFFSET ?`,
    parameters: [
      ...(best === undefined ? [] : [String(query[best])]),
      endOf(query, lag),
      firstId(query.from, lag),
      rows - 1,
    ],
  };
}

function walked(filter: Filter | undefined): string {
  return filter === undefined ? '' : ` INDEXED BY commands_${columns[filter]}`;
}

function endOf({ to, before }: CommandQuery, lag: Lag): string {
  const end = endOfIds(to, lag);
  return before !== undefined && before < end ? before : end;
}

/** Those that a query uses, the one that finds fewest first: most commands succeed, and few callers send many. */
function filtersOf(query: CommandQuery): Filter[] {
  const isRare = query.outcome !== undefined && query.outcome !== 'succeeded';
  const order: Filter[] = isRare ? ['outcome', 'device', 'command', 'by'] : ['device', 'command', 'by', 'outcome'];
  return order.filter((name) => query[name] !== undefined);
}

function optional(term: string, value: number | undefined): [string, number][] {
  return value === undefined ? [] : [[term, value]];
}
