import type { ClosedLoad, LoadTasks } from '../load.ts';
import { type Helper, type Service, startHelper, startService } from '../processes.ts';
import type { Settings } from '../settings.ts';
import { median, type Summary } from '../statistics.ts';
import type { Line, Result } from '../table.ts';
import { warm, warmCommands } from '../warm.ts';

const deviceCount = 100;

const contenders = {
  memory: { store: 'memory' },
  process: { store: 'embedded', durability: 'process' },
  power: { store: 'embedded', durability: 'power' },
} as const;
type Contender = keyof typeof contenders;

interface Comparison {
  readonly contender: Contender;
  readonly base: Contender;
  readonly connections: number;
}

const comparisons: readonly Comparison[] = [
  { contender: 'process', base: 'memory', connections: 1 },
  { contender: 'process', base: 'memory', connections: 10 },
  { contender: 'process', base: 'memory', connections: 100 },
  { contender: 'power', base: 'process', connections: 100 },
];

/** One round of load on one service. */
interface Round extends Summary {
  /** Processor time of the service for one command, all its threads together, in µs. */
  readonly cpuMicros: number;
}

interface Pair extends Comparison {
  readonly ofContender: Round;
  readonly ofBase: Round;
}

/** What the journal costs: the same commands with the journal, and with a store in memory in its place. */
export async function journal(settings: Settings): Promise<Result> {
  const load = startHelper<LoadTasks>('load.ts');
  const services = new Map<Contender, Service>();
  for (const [name, contender] of Object.entries(contenders)) {
    services.set(name as Contender, await startService({ ...bench(), ...contender }));
  }
  try {
    const pairs = await measure(load, services, settings);
    return {
      name: 'journal',
      what: 'POST of a typed command to a device in memory, one device a connection',
      table: comparisons.map((comparison) => lineOf(comparison, pairs)),
      rounds: pairs,
    };
  } finally {
    await Promise.all([load.end(), ...Array.from(services.values(), (service) => service.end())]);
  }
}

function bench(): { connections: object; devices: object } {
  const names = Array.from({ length: deviceCount }, (_, index) => `output-${index}`);
  const simulate = { model: 'bench-output', via: 'memory' };
  return {
    connections: Object.fromEntries(names.map((name) => [name, { simulate }])),
    devices: Object.fromEntries(names.map((name) => [name, { driver: 'bench-output', connection: name }])),
  };
}

async function measure(
  load: Helper<LoadTasks>,
  services: ReadonlyMap<Contender, Service>,
  settings: Settings,
): Promise<Pair[]> {
  const pairs: Pair[] = [];
  const round = async (contender: Contender, connections: number): Promise<Round> =>
    await roundOn(need(services.get(contender)), connections, load, settings);
  for (const service of services.values()) {
    const least = { commands: warmCommands(settings), ms: settings.ms };
    await warm((ms) => load.ask('closed', loadOf(service.url, deviceCount, { ...settings, warmMs: 0, ms })), least);
  }
  for (let index = 0; index < settings.rounds; index++) {
    for (const comparison of comparisons) {
      const { contender, base, connections } = comparison;
      // Whoever comes first has whatever the machine does at the moment: they take turns.
      const [first, second] = index % 2 === 0 ? [contender, base] : [base, contender];
      const measured = { [first]: await round(first, connections), [second]: await round(second, connections) };
      const [ofContender, ofBase] = [measured[contender], measured[base]];
      pairs.push({ ...comparison, ofContender: need(ofContender), ofBase: need(ofBase) });
    }
  }
  return pairs;
}

async function roundOn(
  service: Service,
  connections: number,
  load: Helper<LoadTasks>,
  settings: Settings,
): Promise<Round> {
  // The processor counts from here on, so all that was answered must, too.
  await load.ask('closed', loadOf(service.url, connections, { ...settings, warmMs: 0, ms: settings.warmMs }));
  const before = service.cpuMs();
  const summary = await load.ask('closed', loadOf(service.url, connections, { ...settings, warmMs: 0 }));
  return { ...summary, cpuMicros: ((service.cpuMs() - before) / summary.count) * 1000 };
}

function need<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('a contender was not measured');
  return value;
}

function loadOf(url: string, connections: number, { warmMs, ms }: Settings): ClosedLoad {
  const targets = Array.from({ length: connections }, (_, index) => ({
    path: `/v1/devices/output-${index}/commands/set`,
    body: '{"volts":5}',
  }));
  return { url, targets, warmMs, ms };
}

function lineOf({ contender, base, connections }: Comparison, pairs: readonly Pair[]): Line {
  const mine = pairs.filter(
    (pair) => pair.contender === contender && pair.base === base && pair.connections === connections,
  );
  const ratios = mine.map(({ ofContender, ofBase }) => ofContender.perSecond / ofBase.perSecond);
  return {
    contender,
    base,
    connections,
    'requests/s': median(mine.map(({ ofContender }) => ofContender.perSecond)),
    'requests/s of base': median(mine.map(({ ofBase }) => ofBase.perSecond)),
    ratio: median(ratios),
    'ratio (least–most)': `${Math.min(...ratios).toFixed(2)}–${Math.max(...ratios).toFixed(2)}`,
    'p99 ms': median(mine.map(({ ofContender }) => ofContender.p99)),
    'p99 ms of base': median(mine.map(({ ofBase }) => ofBase.p99)),
    'CPU ratio': median(mine.map(({ ofContender, ofBase }) => ofContender.cpuMicros / ofBase.cpuMicros)),
    'p99 ratio': median(mine.map(({ ofContender, ofBase }) => ofContender.p99 / ofBase.p99)),
    failed: mine.reduce((sum, { ofContender, ofBase }) => sum + ofContender.failed + ofBase.failed, 0),
  };
}
