import type { FarEndTasks } from '../far-ends.ts';
import type { LoadTasks } from '../load.ts';
import { type Helper, type Service, startHelper, startService, untilReady } from '../processes.ts';
import type { Settings } from '../settings.ts';
import { median, quantile } from '../statistics.ts';
import { setVoltage, suppliesOn } from '../supplies.ts';
import type { Line, Result } from '../table.ts';

const deviceCount = 20;
/** What a line lets wait, and one that is under way. */
const queued = 65;

interface Parts {
  readonly load: Helper<LoadTasks>;
  readonly farEnds: Helper<FarEndTasks>;
  readonly service: Service;
}

interface Round {
  readonly full: boolean;
  readonly taken: number;
  /** From the request to the bytes at each far end, in ms. */
  readonly latencies: readonly number[];
}

/** How long a stop takes to reach the wires, with every queue full and with every queue empty. */
export async function stop(settings: Settings): Promise<Result> {
  const load = startHelper<LoadTasks>('load.ts');
  const farEnds = startHelper<FarEndTasks>('far-ends.ts');
  try {
    const ports = await farEnds.ask('open', { count: deviceCount });
    const service = await startService(suppliesOn(ports, { replyTimeoutMs: 10_000 }));
    try {
      const rounds = await measure({ load, farEnds, service }, settings);
      const what = `POST /v1/stop to ${deviceCount} supplies over TCP: from the request to the bytes at each far end`;
      return { name: 'stop', what, table: tableLines(rounds), rounds };
    } finally {
      await service.end();
    }
  } finally {
    await Promise.all([load.end(), farEnds.end()]);
  }
}

async function measure(parts: Parts, settings: Settings): Promise<Round[]> {
  const rounds: Round[] = [];
  for (let index = -1; index < settings.rounds; index++) {
    const pair = [await round(parts, true), await round(parts, false)];
    // The first is for the compiler.
    if (index >= 0) rounds.push(...pair);
  }
  return rounds;
}

async function round({ load, farEnds, service: { url } }: Parts, full: boolean): Promise<Round> {
  await farEnds.ask('manner', { manner: full ? 'until-stopped' : 'answers' });
  const targets = Array.from({ length: deviceCount }, (_, index) => setVoltage(index));
  const taken = full ? await load.ask('fill', { url, targets, each: queued }) : 0;
  if (full && taken < deviceCount * (queued - 1)) throw new Error(`only ${taken} commands were taken`);
  const { sentAt, status } = await load.ask('stop', { url });
  if (status !== 200) throw new Error(`the stop was answered with ${status}`);
  const stops = await farEnds.ask('stops', null);
  const latencies = stops.map((at) => Number(BigInt(at) - BigInt(sentAt)) / 1e6);
  await farEnds.ask('manner', { manner: 'answers' });
  await fetch(`${url}/v1/stop`, { method: 'DELETE' });
  await untilReady(url);
  return { full, taken, latencies };
}

function tableLines(rounds: readonly Round[]): Line[] {
  const lineFor = (full: boolean): Line => {
    const mine = rounds.filter((round) => round.full === full);
    const latencies = mine.flatMap((round) => round.latencies);
    return {
      queues: full ? 'full' : 'empty',
      'waiting commands': median(mine.map(({ taken }) => taken)),
      stops: latencies.length,
      'median ms': median(latencies),
      'p99 ms': quantile(latencies, 0.99),
      'max ms': Math.max(...latencies),
    };
  };
  return [lineFor(true), lineFor(false)];
}
