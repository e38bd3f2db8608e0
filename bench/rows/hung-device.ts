import type { FarEndTasks } from '../far-ends.ts';
import type { LoadTasks } from '../load.ts';
import { type Helper, type Service, startHelper, startService, untilReady } from '../processes.ts';
import type { Settings } from '../settings.ts';
import { median, type Summary } from '../statistics.ts';
import { setVoltage, suppliesOn } from '../supplies.ts';
import type { Line, Result } from '../table.ts';

const deviceCount = 100;
const everyMs = 400;
const mostPairs = 9;

export interface Pair {
  readonly hung: Summary;
  readonly healthy: Summary;
}

interface Parts {
  readonly load: Helper<LoadTasks>;
  readonly farEnds: Helper<FarEndTasks>;
  readonly service: Service;
}

/** Whether one device that takes commands and never answers delays the 99 others. */
export async function hungDevice(settings: Settings): Promise<Result> {
  return await amongSupplies(async (measured) => {
    const pairs = await measured(settings);
    const what = `set-voltage on 99 supplies over TCP, each every ${everyMs} ms, while a client asks the hundredth`;
    return { name: 'hung device', what, table: tableLines(pairs), rounds: pairs };
  });
}

/** For as long as it is used: a hundred supplies, of which one hangs in turns. */
export async function amongSupplies<T>(
  use: (measured: (settings: Settings) => Promise<Pair[]>) => Promise<T>,
): Promise<T> {
  const load = startHelper<LoadTasks>('load.ts');
  const farEnds = startHelper<FarEndTasks>('far-ends.ts');
  try {
    const service = await startService(suppliesOn(await farEnds.ask('open', { count: deviceCount })));
    try {
      return await use((settings) => measure({ load, farEnds, service }, settings));
    } finally {
      await service.end();
    }
  } finally {
    await Promise.all([load.end(), farEnds.end()]);
  }
}

async function measure(parts: Parts, settings: Settings): Promise<Pair[]> {
  const pairs: Pair[] = [];
  const count = Math.min(mostPairs, settings.rounds);
  await round(parts, settings, false);
  for (let index = 0; index < count; index++) {
    const hungFirst = index % 2 === 0;
    const [first, second] = [await round(parts, settings, hungFirst), await round(parts, settings, !hungFirst)];
    pairs.push(hungFirst ? { hung: first, healthy: second } : { hung: second, healthy: first });
  }
  return pairs;
}

async function round({ load, farEnds, service }: Parts, settings: Settings, hung: boolean): Promise<Summary> {
  await farEnds.ask('manner', { manner: hung ? 'silent' : 'answers', indices: [0] });
  if (!hung) await untilReady(service.url);
  return await load.ask('paced', {
    url: service.url,
    targets: Array.from({ length: deviceCount - 1 }, (_, index) => setVoltage(index + 1)),
    aside: setVoltage(0),
    everyMs,
    warmMs: settings.warmMs * 3,
    // A p99 needs many.
    ms: settings.ms * 6,
  });
}

function tableLines(pairs: readonly Pair[]): Line[] {
  const lines = pairs.map(({ hung, healthy }, index) =>
    lineOf(String(index + 1), hung, healthy, ratioOf(hung, healthy)),
  );
  const of = (kind: keyof Pair, figure: keyof Summary): number => median(pairs.map((pair) => pair[kind][figure]));
  const mid = (kind: keyof Pair): Pick<Summary, 'p50' | 'p99' | 'failed'> => {
    const failed = pairs.reduce((sum, pair) => sum + pair[kind].failed, 0);
    return { p50: of(kind, 'p50'), p99: of(kind, 'p99'), failed };
  };
  const ratio = median(pairs.map(({ hung, healthy }) => ratioOf(hung, healthy)));
  return [...lines, lineOf('median', mid('hung'), mid('healthy'), ratio)];
}

export function ratioOf(hung: Summary, healthy: Summary): number {
  return hung.p99 / healthy.p99;
}

type Shown = Pick<Summary, 'p50' | 'p99' | 'failed'>;

function lineOf(pair: string, hung: Shown, healthy: Shown, ratio: number): Line {
  return {
    pair,
    'p50 ms, one hung': hung.p50,
    'p50 ms, none': healthy.p50,
    'p99 ms, one hung': hung.p99,
    'p99 ms, none': healthy.p99,
    'p99 ratio': ratio,
    failed: hung.failed + healthy.failed,
  };
}
