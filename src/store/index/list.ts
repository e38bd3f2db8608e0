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
 * here, so which index it walks is said: one that finds few, in the order of ids. Nothing is sorted.
 */
export function selectList(query: CommandQuery, lag: Lag): Select {
  const filters = filtersOf(query);
  const end = endOfIds(query.to, lag);
  const before = query.before !== undefined && query.before < end ? query.before : end;
  const bounds: [string, string | number][] = [
    ...filters.map((name): [string, string] => [`${columns[name]} = ?`, String(query[name])]),
    ['id < ?', before],
    ['id >= ?', firstId(query.from, lag)],
    ...optional('submitted >= ?', query.from),
    ...optional('submitted < ?', query.to),
  ];
  const [best] = filters;
  const index = best === undefined ? '' : ` INDEXED BY commands_${columns[best]}`;
  const where = bounds.map(([term]) => term).join(' AND ');
  return {
    sql: `SELECT id, record FROM commands${index} WHERE ${where} ORDER BY id DESC LIMIT ?`,
    parameters: [...bounds.map(([, value]) => value), query.limit + 1],
  };
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
