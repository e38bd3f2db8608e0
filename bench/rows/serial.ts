import type { LoadTasks } from '../load.ts';
import { type Helper, type Service, serviceCore, startHelper, startService } from '../processes.ts';
import type { SerialByHandTasks } from '../serial-by-hand.ts';
import type { Idle, SerialFarEndTasks } from '../serial-far-end.ts';
import type { Settings } from '../settings.ts';
import { median, type Summary } from '../statistics.ts';
import type { Line, Result } from '../table.ts';

const counts = [1, 100] as const;
const mostRounds = 9;

const names = ['bellcrank', 'by hand', 'line alone'] as const;
type Name = (typeof names)[number];

/** Whose line it is, and how it is loaded. */
interface Subject {
  readonly path: string;
  load(connections: number, ms: number): Promise<Summary>;
}

export interface Round extends Summary {
  readonly idle: Idle;
}

export interface Pair {
  readonly connections: number;
  readonly rounds: Readonly<Record<Name, Round>>;
}

interface Parts {
  readonly load: Helper<LoadTasks>;
  readonly farEnds: Helper<SerialFarEndTasks>;
  readonly byHand: Helper<SerialByHandTasks>;
  readonly alone: Helper<SerialByHandTasks>;
}

/** A command over a serial line, one at a time, against a bridge that is written by hand and against the line alone. */
export async function serial(settings: Settings): Promise<Result> {
  return await onSerialLines(async (measured) => {
    const pairs = await measured(settings);
    const what = 'POST of a typed command to a device behind a kernel PTY, its line the only one; journal on';
    return { name: 'serial', what, table: pairsTable(pairs), rounds: pairs };
  });
}

/** For as long as it is used: three lines, and who asks on them. */
export async function onSerialLines<T>(
  use: (measured: (settings: Settings) => Promise<Pair[]>) => Promise<T>,
): Promise<T> {
  const load = startHelper<LoadTasks>('load.ts');
  const farEnds = startHelper<SerialFarEndTasks>('serial-far-end.ts');
  const byHand = startHelper<SerialByHandTasks>('serial-by-hand.ts', serviceCore);
  const alone = startHelper<SerialByHandTasks>('serial-by-hand.ts', serviceCore);
  let service: Service | undefined;
  try {
    const [own, hand, bare] = (await farEnds.ask('open', { count: 3 })) as [string, string, string];
    service = await startService(onLine(own));
    const subjects = await subjectsOf(service.url, [own, hand, bare], { load, farEnds, byHand, alone });
    return await use((settings) => measure(subjects, farEnds, settings));
  } finally {
    await service?.end();
    await Promise.all([load.end(), farEnds.end(), byHand.end(), alone.end()]);
  }
}

function onLine(path: string): { connections: object; devices: object } {
  return {
    connections: { line: { serial: { path }, simulated: true } },
    devices: { 'output-0': { driver: 'bench-output', connection: 'line' } },
  };
}

async function subjectsOf(
  url: string,
  [own, hand, bare]: readonly [string, string, string],
  { load, byHand, alone }: Parts,
): Promise<Readonly<Record<Name, Subject>>> {
  const byHandUrl = await byHand.ask('listen', { path: hand });
  await alone.ask('openAlone', { path: bare });
  const closed = (url: string) => async (connections: number, ms: number) => {
    const target = { path: '/v1/devices/output-0/commands/set', body: '{"volts":5}' };
    return await load.ask('closed', { url, targets: Array.from({ length: connections }, () => target), warmMs: 0, ms });
  };
  return {
    bellcrank: { path: own, load: closed(url) },
    'by hand': { path: hand, load: closed(byHandUrl) },
    'line alone': { path: bare, load: (_, ms) => alone.ask('exchange', { ms }) },
  };
}

async function measure(
  subjects: Readonly<Record<Name, Subject>>,
  farEnds: Helper<SerialFarEndTasks>,
  { rounds, warmMs, ms }: Settings,
): Promise<Pair[]> {
  const pairs: Pair[] = [];
  const round = async (name: Name, connections: number): Promise<Round> => {
    const subject = subjects[name];
    const { path } = subject;
    await subject.load(connections, warmMs);
    await farEnds.ask('idle', { path });
    const summary = await subject.load(connections, ms);
    return { ...summary, idle: await farEnds.ask('idle', { path }) };
  };
  for (let index = -1; index < Math.min(mostRounds, rounds); index++) {
    for (const connections of counts) {
      const measured: Partial<Record<Name, Round>> = {};
      // Whoever comes first has whatever the machine does at the moment: they take turns.
      const order = index % 2 === 0 ? names : names.toReversed();
      for (const name of order) measured[name] = await round(name, connections);
      // The first round is for the compiler. By now each has been measured.
      if (index >= 0) pairs.push({ connections, rounds: measured as Record<Name, Round> });
    }
  }
  return pairs;
}

function pairsTable(pairs: readonly Pair[]): Line[] {
  return counts.flatMap((connections) => {
    const mine = pairs.filter((pair) => pair.connections === connections).map(({ rounds }) => rounds);
    return names.map((name) => lineOf(name, connections, mine));
  });
}

function lineOf(name: Name, connections: number, rounds: readonly Pair['rounds'][]): Line {
  const of = (figure: (round: Round) => number): number => median(rounds.map((round) => figure(round[name])));
  const ratios = (figure: (round: Round) => number): number[] =>
    rounds.map((round) => figure(round[name]) / figure(round['by hand']));
  const rates = ratios(({ perSecond }) => perSecond);
  return {
    connections,
    who: name,
    'commands/s': of(({ perSecond }) => perSecond),
    ratio: median(rates),
    'ratio (least–most)': `${Math.min(...rates).toFixed(2)}–${Math.max(...rates).toFixed(2)}`,
    'p50 ms': of(({ p50 }) => p50),
    'p50 ratio': median(ratios(({ p50 }) => p50)),
    'p99 ms': of(({ p99 }) => p99),
    'line idle p50 ms': of(({ idle }) => idle.p50),
    'line idle p99 ms': of(({ idle }) => idle.p99),
    failed: rounds.reduce((sum, round) => sum + round[name].failed, 0),
  };
}
