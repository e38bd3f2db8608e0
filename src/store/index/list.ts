import type { CommandQuery } from '../store.ts';
import { endOfIds, firstId, type Lag } from './lag.ts';
import { rowFrom } from './schema.ts';

type Value = string | number;

export interface Select {
  readonly sql: string;
  readonly parameters: readonly Value[];
}

/** What a query asks of a command. `open` is its state while it has no outcome; `state` is `ended`, as most are. */
type Filter = 'device' | 'command' | 'by' | 'outcome' | 'open' | 'state' | 'simulated';

interface Term {
  readonly sql: string;
  /** The index that finds its commands in the order of their ids; none for what most commands are. */
  readonly index?: string;
}

const terms: Readonly<Record<Filter, Term>> = {
  open: { sql: 'outcome IS NULL AND state = ?', index: 'commands_state' },
  outcome: { sql: 'outcome = ?', index: 'commands_outcome' },
  device: { sql: 'device = ?', index: 'commands_device' },
  command: { sql: 'command = ?', index: 'commands_command' },
  by: { sql: 'caller = ?', index: 'commands_caller' },
  state: { sql: 'state = ?' },
  simulated: { sql: 'simulated = ?' },
};

const fromId = `row >= ${rowFrom}`;
const beforeId = `row < ${rowFrom}`;

/** The filters of a query and what is asked of each, the one that finds fewest first. */
type Asked = readonly (readonly [Term, Value])[];

/**
 * The statement that lists what a query asks for, newest first and one more than its limit. SQLite keeps no statistics
 * here, so which index it walks is said: one that finds few, in the order of ids. Nothing is sorted. With `since` it
 * looks no further back than that id.
 */
export function selectList(query: CommandQuery, lag: Lag, since?: string): Select {
  const asked = askedOf(query);
  const first = firstId(query.from, lag);
  const bounds: [string, Value][] = [
    ...asked.map(([{ sql }, value]): [string, Value] => [sql, value]),
    ...amongst(query),
    [beforeId, endOf(query, lag)],
    [fromId, since !== undefined && since > first ? since : first],
    ...optional('submitted >= ?', query.from),
    ...optional('submitted < ?', query.to),
  ];
  const where = bounds.map(([term]) => term).join(' AND ');
  return {
    sql: `SELECT id, record FROM commands${walked(walkedBy(query), query)} WHERE ${where} ORDER BY row DESC LIMIT ?`,
    parameters: [...bounds.map(([, value]) => value), query.limit + 1],
  };
}

/** The statement that tells how far back a list comes by looking at so many entries of the index that it walks. */
export function selectReach(query: CommandQuery, lag: Lag, rows: number): Select {
  const best = walkedBy(query).filter(([{ index }]) => index !== undefined);
  const filter = best.map(([{ sql }]) => `${sql} AND `).join('');
  return {
    sql: `SELECT id FROM commands WHERE row = (
      SELECT row FROM commands${walked(best, query)} WHERE ${filter}${beforeId} AND ${fromId} ORDER BY row DESC LIMIT 1 OFFSET ?
    )`,
    parameters: [...best.map(([, value]) => value), endOf(query, lag), firstId(query.from, lag), rows - 1],
  };
}

/**
 * What a list walks along: the filter that finds fewest. Where only some devices' commands may be told it is all commands:
 * how far a page comes would else tell how many there are of what is not told.
 */
function walkedBy(query: CommandQuery): Asked {
  return query.devices === undefined ? askedOf(query).slice(0, 1) : [];
}

function walked([best]: Asked, { devices }: CommandQuery): string {
  const index = devices === undefined ? best?.[0].index : undefined;
  return index === undefined ? ' NOT INDEXED' : ` INDEXED BY ${index}`;
}

function amongst({ devices }: CommandQuery): [string, Value][] {
  return devices === undefined ? [] : [['device IN (SELECT value FROM json_each(?))', JSON.stringify(devices)]];
}

function endOf({ to, before }: CommandQuery, lag: Lag): string {
  const end = endOfIds(to, lag);
  return before !== undefined && before < end ? before : end;
}

/** Few are under way, most commands succeed, and few callers send many. */
function askedOf(query: CommandQuery): Asked {
  const { outcome, state, simulated } = query;
  const isRare = outcome !== undefined && outcome !== 'succeeded';
  const named: readonly Filter[] = ['device', 'command', 'by'];
  const order: readonly Filter[] = ['open', ...(isRare ? ['outcome' as const] : []), ...named, 'outcome', 'state'];
  const values: Readonly<Partial<Record<Filter, Value | undefined>>> = {
    ...query,
    open: state === 'ended' ? undefined : state,
    state: state === 'ended' ? state : undefined,
    simulated: simulated === undefined ? undefined : Number(simulated),
  };
  return [...new Set([...order, 'simulated' as const])].flatMap((name) => {
    const value = values[name];
    return value === undefined ? [] : [[terms[name], value] as const];
  });
}

function optional(term: string, value: number | undefined): [string, number][] {
  return value === undefined ? [] : [[term, value]];
}
