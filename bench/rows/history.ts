import { DatabaseSync } from 'node:sqlite';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { HistoryFileTasks } from '../history-file.ts';
import type { LoadTasks } from '../load.ts';
import { cpuMsOf, type Helper, serviceCore, startHelper, startService } from '../processes.ts';
import type { Settings } from '../settings.ts';
import type { SqliteHistoryTasks } from '../floors/sqlite-history.ts';
import { median, type Summary } from '../statistics.ts';
import type { Line, Result } from '../table.ts';
import { manyProperties } from '../ticker.ts';

const rowsWhenLong = 10_000_000;
const rowsOtherwise = 1_000_000;
const rowsWhenQuick = 100_000;
const pageRows = 100;
const deviceCount = 100;
const mostPairs = 5;

/** Where in the history a page is: a share of its rows, the oldest first. */
const depths = [0, 0.5, 0.99] as const;

interface Pair {
  readonly depth: number;
  readonly service: Summary;
  readonly byHand: Summary;
}

interface Pages {
  readonly rows: number;
  /** The first page that is asked for at each depth, ms. */
  readonly first: readonly number[];
  readonly pairs: readonly Pair[];
}

interface Polling {
  readonly perSecond: number;
  /** Of a core. */
  readonly share: number;
  readonly shareByHand: number;
  readonly pages: Summary;
}

/** A page of a long history, wherever it begins; and what ten thousand polled properties cost that all become history. */
export async function history(settings: Settings): Promise<Result> {
  const load = startHelper<LoadTasks>('load.ts');
  const filler = startHelper<HistoryFileTasks>('history-file.ts');
  const byHand = startHelper<SqliteHistoryTasks>('floors/sqlite-history.ts', serviceCore);
  try {
    const pages = await measurePages(load, filler, byHand, settings);
    const polling = await measurePolling(load, byHand, settings);
    const properties = deviceCount * manyProperties.count;
    const what = `a page of ${pageRows} out of ${pages.rows} rows; and ${properties} properties, polled every ${manyProperties.pollMs} ms`;
    return { name: 'history', what, table: tableLines(pages, polling), rounds: [pages, polling] };
  } finally {
    await Promise.all([load.end(), filler.end(), byHand.end()]);
  }
}

async function measurePages(
  load: Helper<LoadTasks>,
  filler: Helper<HistoryFileTasks>,
  byHand: Helper<SqliteHistoryTasks>,
  settings: Settings,
): Promise<Pages> {
  const rows = settings.long === true ? rowsWhenLong : settings.rounds > 1 ? rowsOtherwise : rowsWhenQuick;
  const from = Date.now() - rows * 1000;
  let floor: string | undefined;
  const service = await startService({
    connections: { ticker: { simulate: { model: 'bench-ticker', via: 'memory' } } },
    devices: { ticker: { driver: 'bench-ticker', connection: 'ticker', history: { count: { keep: 'off' } } } },
    keeping: { keepReadingsDays: 3660, keepReadingsMegabytes: 100_000 },
    prepare: async (directory) => {
      const path = join(directory, 'history.db');
      await filler.ask('fill', { path, device: 'ticker', property: 'count', rows, from });
      floor = await byHand.ask('listen', { path });
    },
  });
  try {
    const first: number[] = [];
    for (const depth of depths) first.push((await pagesAt(load, service.url, from, rows * depth, 1)).max);
    const pairs: Pair[] = [];
    for (let index = 0; index < Math.min(mostPairs, settings.rounds); index++) {
      for (const depth of depths) {
        const of = (url: string): Promise<Summary> => pagesAt(load, url, from, rows * depth, settings.ms);
        pairs.push({ depth, byHand: await of(floor ?? ''), service: await of(service.url) });
      }
    }
    return { rows, first, pairs };
  } finally {
    await service.end();
  }
}

function pagesAt(load: Helper<LoadTasks>, url: string, from: number, row: number, ms: number): Promise<Summary> {
  const start = new Date(from + Math.floor(row) * 1000).toISOString();
  const path = `/v1/devices/ticker/history/count?from=${start}&limit=${pageRows}`;
  return load.ask('closed', { url, targets: [{ method: 'GET', path, body: '' }], warmMs: 0, ms });
}

async function measurePolling(
  load: Helper<LoadTasks>,
  byHand: Helper<SqliteHistoryTasks>,
  settings: Settings,
): Promise<Polling> {
  const names = Array.from({ length: deviceCount }, (_, index) => `many-${index}`);
  const folder = mkdtempSync(join(tmpdir(), 'bellcrank-bench-history-'));
  let path = '';
  const service = await startService({
    connections: Object.fromEntries(names.map((name) => [name, { simulate: { model: 'bench-many', via: 'memory' } }])),
    devices: Object.fromEntries(names.map((name) => [name, { driver: 'bench-many', connection: name }])),
    prepare: (directory) => Promise.resolve(void (path = join(directory, 'history.db'))),
  });
  try {
    const ms = settings.ms * 10;
    await pause(settings.warmMs * 10);
    const [rows, before, begun] = [rowsOf(path), service.cpuMs(), performance.now()];
    await pause(ms);
    const took = performance.now() - begun;
    const share = (service.cpuMs() - before) / took;
    const perSecond = ((rowsOf(path) - rows) / took) * 1000;
    const target = { method: 'GET', path: `/v1/devices/many-0/history/count-0?limit=${pageRows}`, body: '' };
    const pages = await load.ask('closed', { url: service.url, targets: [target], warmMs: 0, ms });
    await service.end();
    const pid = await byHand.ask('write', { path: join(folder, 'by-hand.db'), perSecond });
    await pause(settings.warmMs * 10);
    const [floorBefore, floorBegun] = [cpuMsOf(pid), performance.now()];
    await pause(ms);
    const shareByHand = (cpuMsOf(pid) - floorBefore) / (performance.now() - floorBegun);
    return { perSecond, share, shareByHand, pages };
  } finally {
    await service.end().catch(() => {});
    rmSync(folder, { recursive: true });
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function rowsOf(path: string): number {
  const db = new DatabaseSync(path, { readOnly: true });
  const { rows } = db.prepare('SELECT count(*) AS rows FROM samples').get() ?? {};
  db.close();
  return Number(rows);
}

function tableLines({ first, pairs }: Pages, { perSecond, share, shareByHand, pages }: Polling): Line[] {
  const atDepths = depths.map((depth, index): Line => {
    const mine = pairs.filter((pair) => pair.depth === depth);
    const of = (who: 'service' | 'byHand', figure: keyof Summary): number =>
      median(mine.map((pair) => pair[who][figure]));
    return {
      what: `page at ${depth * 100} % of the rows, ms`,
      'Bellcrank p50': of('service', 'p50'),
      'Bellcrank p99': of('service', 'p99'),
      'first one': first[index] ?? NaN,
      'by hand p50': of('byHand', 'p50'),
      'by hand p99': of('byHand', 'p99'),
      ratio: median(mine.map(({ service, byHand }) => service.p50 / byHand.p50)),
    };
  });
  const polled: Line = { what: 'polled: rows/s kept', 'Bellcrank p50': perSecond };
  const cost: Line = { what: 'polled: % of a core', 'Bellcrank p50': 100 * share, 'by hand p50': 100 * shareByHand };
  const beside: Line = { what: 'page meanwhile, ms', 'Bellcrank p50': pages.p50, 'Bellcrank p99': pages.p99 };
  return [...atDepths, polled, cost, beside];
}
