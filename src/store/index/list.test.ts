import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import type { CommandQuery } from '../store.ts';
import { selectList, selectReach } from './list.ts';
import { commandById, commandByKey, indexSchema, pruneCommands, someDevices } from './schema.ts';

const db = new DatabaseSync(':memory:');
db.exec(indexSchema);

const plan = (sql: string, parameters: readonly (string | number)[]): string[] =>
  db
    .prepare(`EXPLAIN QUERY PLAN ${sql}`)
    .all(...parameters)
    .map((row) => String(row['detail']));

/** Finds the row of a bound. */
const bound = 'SEARCH commands USING COVERING INDEX sqlite_autoindex_commands_1 (id>?)';
const bounds = ['SCALAR SUBQUERY 1', bound, 'SCALAR SUBQUERY 2', bound];
const anyRow = 'INTEGER PRIMARY KEY (rowid>? AND rowid<?)';

const filters: Required<Omit<CommandQuery, 'limit' | 'devices'>> = {
  device: 'd',
  command: 'c',
  by: 'b',
  outcome: 'unknown',
  state: 'queued',
  simulated: true,
  from: 1,
  to: 2,
  before: 'x',
};
const names = Object.keys(filters) as (keyof typeof filters)[];
const choices = Array.from({ length: 2 ** names.length }, (_, bits) =>
  names.filter((_name, bit) => (bits >> bit) % 2 === 1),
);

const kinds = [
  { outcome: 'unknown', state: 'queued' },
  { outcome: 'succeeded', state: 'ended' },
  { outcome: 'unknown', state: 'ended' },
] as const;

test.each(kinds)('no list scans the table or sorts ($outcome, $state)', (kind) => {
  for (const chosen of choices) {
    const query = Object.fromEntries(chosen.map((name) => [name, { ...filters, ...kind }[name]]));
    const { sql, parameters } = selectList({ ...query, limit: 5 }, { first: 0, last: 0 });
    const [walk, ...others] = plan(sql, parameters);
    expect(others, sql).toEqual(bounds);
    expect(walk, sql).toMatch(
      /^SEARCH commands USING (INTEGER PRIMARY KEY|INDEX \w+) \((\w+=\? AND )*rowid>\? AND rowid<\?\)$/,
    );
  }
});

test.each(kinds)('how far a list comes is told by the index that it walks ($outcome, $state)', (kind) => {
  for (const chosen of choices) {
    const query = Object.fromEntries(chosen.map((name) => [name, { ...filters, ...kind }[name]]));
    const lag = { first: 0, last: 0 };
    const reach = selectReach({ ...query, limit: 5 }, lag, 100);
    const list = selectList({ ...query, limit: 5 }, lag);
    const walked = (sql: string): string | undefined => / INDEXED BY \w+/.exec(sql)?.[0];
    expect(walked(reach.sql)).toBe(walked(list.sql));
    expect(plan(reach.sql, reach.parameters), reach.sql).toEqual([
      'SEARCH commands USING INTEGER PRIMARY KEY (rowid=?)',
      'SCALAR SUBQUERY 3',
      expect.stringMatching(
        /^SEARCH commands USING (INTEGER PRIMARY KEY|COVERING INDEX \w+) \((\w+=\? AND )*rowid>\? AND rowid<\?\)$/,
      ),
      ...bounds,
    ]);
  }
});

test('where only some devices may be told, everything is walked alike, whatever else is asked for', () => {
  for (const chosen of choices) {
    const query = Object.fromEntries(chosen.map((name) => [name, filters[name]]));
    const some = { ...query, devices: ['a', 'b'], limit: 5 };
    const lag = { first: 0, last: 0 };
    const list = selectList(some, lag);
    const reach = selectReach(some, lag, 100);
    expect(plan(list.sql, list.parameters)[0]).toBe(`SEARCH commands USING ${anyRow}`);
    expect(plan(reach.sql, reach.parameters)).toContain(`SEARCH commands USING ${anyRow}`);
    expect(reach.sql).not.toMatch(/device|caller|outcome|state = /);
  }
});

test('the devices that there are commands of are found by steps in their index', () => {
  const steps = plan(someDevices, []);
  expect(steps.filter((step) => step.includes('commands'))).toEqual([
    expect.stringMatching(/^SEARCH commands USING COVERING INDEX commands_device$/),
    expect.stringMatching(/^SEARCH commands USING COVERING INDEX commands_device \(device>\?\)$/),
  ]);
});

test('one command, and one by its key, are found without a scan', () => {
  expect(plan(commandById, ['x'])).toEqual([expect.stringMatching(/^SEARCH commands USING INDEX .* \(id=\?\)$/)]);
  expect(plan(commandByKey, ['b', 'k', 0])).toEqual([
    'SEARCH commands USING INDEX commands_key (caller=? AND key=? AND submitted>?)',
  ]);
});

test('pruning finds its commands without a scan', () => {
  for (const step of plan(pruneCommands, [1, 500])) expect(step).not.toMatch(/SCAN|TEMP B-TREE/);
});
