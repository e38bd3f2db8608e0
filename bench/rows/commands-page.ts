import { join } from 'node:path';
import type { CommandsFileTasks } from '../commands-file.ts';
import type { SqliteCommandsTasks } from '../floors/sqlite-commands.ts';
import type { LoadTasks } from '../load.ts';
import { type Helper, serviceCore, startHelper, startService } from '../processes.ts';
import type { Settings } from '../settings.ts';
import { median, type Summary } from '../statistics.ts';
import type { Line, Result } from '../table.ts';

const rowsWhenLong = 10_000_000;
const rowsOtherwise = 1_000_000;
const rowsWhenQuick = 100_000;
const pageRows = 100;
const deviceCount = 100;
const mostPairs = 5;

interface Page {
  readonly what: string;
  readonly query: string;
}

interface Pair {
  readonly what: string;
  readonly service: Summary;
  readonly byHand: Summary;
}

/** A page of a long list of commands: the newest, those before some time, and those of one device. */
export async function commandsPage(settings: Settings): Promise<Result> {
  const load = startHelper<LoadTasks>('load.ts');
  const filler = startHelper<CommandsFileTasks>('commands-file.ts');
  const byHand = startHelper<SqliteCommandsTasks>('floors/sqlite-commands.ts', serviceCore);
  const rows = settings.long === true ? rowsWhenLong : settings.rounds > 1 ? rowsOtherwise : rowsWhenQuick;
  const from = Date.now() - rows * 1000;
  let floor = '';
  const service = await startService({
    connections: { out: { simulate: { model: 'bench-output', via: 'memory' } } },
    devices: { 'out-0': { driver: 'bench-output', connection: 'out' } },
    keeping: { keepDays: 3650, keepMegabytes: 100_000 },
    prepare: async (directory) => {
      const path = join(directory, 'index.db');
      await filler.ask('fill', { path, rows, devices: deviceCount, from });
      floor = await byHand.ask('listen', { path });
    },
  });
  try {
    const pages = pagesOf(rows, from);
    const first: number[] = [];
    for (const { query } of pages) first.push((await ask(load, service.url, query, 1)).max);
    const pairs: Pair[] = [];
    for (let index = 0; index < Math.min(mostPairs, settings.rounds); index++) {
      for (const { what, query } of pages) {
        const of = (url: string): Promise<Summary> => ask(load, url, query, settings.ms);
        pairs.push({ what, byHand: await of(floor), service: await of(service.url) });
      }
    }
    const what = `a page of ${pageRows} commands out of ${rows}`;
    const table = pages.map((page, index) => lineOf(page, first[index], pairs));
    return { name: 'commands-page', what, table, rounds: [{ rows, first, pairs }] };
  } finally {
    await Promise.all([service.end(), load.end(), filler.end(), byHand.end()]);
  }
}

function pagesOf(rows: number, from: number): Page[] {
  const before = (share: number): string => new Date(from + Math.floor(rows * share) * 1000).toISOString();
  return [
    { what: 'the newest', query: '' },
    { what: 'before the middle', query: `&to=${before(0.5)}` },
    { what: 'near the oldest', query: `&to=${before(0.01)}` },
    { what: 'of one device', query: '&device=out-50' },
  ];
}

function ask(load: Helper<LoadTasks>, url: string, query: string, ms: number): Promise<Summary> {
  const path = `/v1/commands?limit=${pageRows}${query}`;
  return load.ask('closed', { url, targets: [{ method: 'GET', path, body: '' }], warmMs: 0, ms });
}

function lineOf({ what }: Page, first: number | undefined, pairs: readonly Pair[]): Line {
  const mine = pairs.filter((pair) => pair.what === what);
  const of = (who: 'service' | 'byHand', figure: keyof Summary): number =>
    median(mine.map((pair) => pair[who][figure]));
  return {
    what: `${what}, ms`,
    'Bellcrank p50': of('service', 'p50'),
    'Bellcrank p99': of('service', 'p99'),
    'first one': first ?? NaN,
    'by hand p50': of('byHand', 'p50'),
    'by hand p99': of('byHand', 'p99'),
    ratio: median(mine.map(({ service, byHand }) => service.p50 / byHand.p50)),
  };
}
