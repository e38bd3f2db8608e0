import type { BareStreamTasks } from '../bare-stream.ts';
import { startNodeRed } from '../command-contenders.ts';
import type { LoadTasks } from '../load.ts';
import { cpuMsOf, type Helper, serviceCore, startHelper, startService } from '../processes.ts';
import type { ReaderTasks } from '../readers.ts';
import type { Settings } from '../settings.ts';
import { median } from '../statistics.ts';
import { startPeer } from '../subject.ts';
import type { Line, Result } from '../table.ts';

const readerCount = 1000;
const mostPairs = 5;
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

interface Followed {
  readonly url: string;
  readonly webSocket?: boolean;
  cpuMs(): number;
}

/** Processor time in a second, as a share of one core, and events that each reader was told in a second. */
interface Round {
  readonly share: number;
  readonly idle: number;
  readonly perReader: number;
  readonly least: number;
}

interface Pair {
  readonly service: Round;
  readonly bare: Round;
  readonly peer?: Round;
  /** Processor time for one command, in µs. */
  readonly commandsAlone: number;
  readonly commandsFollowed: number;
  readonly commandsBeside: number;
}

/** What a thousand readers cost, against a bare server of events and a peer; and what readers cost commands. */
export async function stream(settings: Settings): Promise<Result> {
  const load = startHelper<LoadTasks>('load.ts');
  const readers = startHelper<ReaderTasks>('readers.ts');
  const bare = startHelper<BareStreamTasks>('bare-stream.ts', serviceCore);
  const service = await startService({ ...devices(), store: 'memory' });
  const peer = await startPeer('Node-RED', () => startNodeRed({ flow: 'stream' }));
  try {
    const { url, pid } = await bare.ask('listen', {});
    const pairs: Pair[] = [];
    for (let index = 0; index < Math.min(mostPairs, settings.rounds); index++) {
      const ofBare = await follow(readers, { url, cpuMs: () => cpuMsOf(pid) }, settings);
      const ofService = await follow(readers, service, settings);
      const ofPeer = peer && { peer: await follow(readers, { ...peer, webSocket: true }, settings) };
      const ofCommands = await commands(load, readers, service, settings);
      pairs.push({ service: ofService, bare: ofBare, ...ofPeer, ...ofCommands });
    }
    const what = `${readerCount} readers of 10 events a second; and commands to 10 devices in memory, with and without readers`;
    return { name: 'stream', what, table: tableLines(pairs), rounds: pairs };
  } finally {
    await Promise.all([load.end(), readers.end(), bare.end(), service.end(), peer?.end()]);
  }
}

function devices(): { connections: object; devices: object } {
  const names = Array.from({ length: 10 }, (_, index) => [`output-${index}`, 'bench-output'] as const);
  const all = [...names, ['ticker', 'bench-ticker'] as const];
  return {
    connections: Object.fromEntries(all.map(([name, model]) => [name, { simulate: { model, via: 'memory' } }])),
    devices: Object.fromEntries(all.map(([name, driver]) => [name, { driver, connection: name }])),
  };
}

async function follow(readers: Helper<ReaderTasks>, subject: Followed, { warmMs, ms }: Settings): Promise<Round> {
  const long = 3 * ms;
  const idle = await share(subject, ms);
  const { url, webSocket = false } = subject;
  await readers.ask('follow', { url, path: '/v1/stream?device=ticker', count: readerCount, webSocket });
  await pause(warmMs);
  await readers.ask('heard', {});
  const busy = await share(subject, long);
  const { all, least } = await readers.ask('heard', {});
  await readers.ask('leave', {});
  await pause(warmMs);
  return { share: busy, idle, perReader: (all / readerCount / long) * 1000, least: (least / long) * 1000 };
}

async function share(subject: Followed, ms: number): Promise<number> {
  const [before, begun] = [subject.cpuMs(), performance.now()];
  await pause(ms);
  return (subject.cpuMs() - before) / (performance.now() - begun);
}

type Commands = Pick<Pair, 'commandsAlone' | 'commandsFollowed' | 'commandsBeside'>;

/** What a command costs alone, with one reader of everything, and beside a thousand readers of something else. */
async function commands(
  load: Helper<LoadTasks>,
  readers: Helper<ReaderTasks>,
  service: Followed,
  { warmMs, ms }: Settings,
): Promise<Commands> {
  const { url } = service;
  const body = '{"volts":5}';
  const targets = Array.from({ length: 10 }, (_, n) => ({ path: `/v1/devices/output-${n}/commands/set`, body }));
  const measured = async (path?: string, count = 1): Promise<number> => {
    if (path !== undefined) await readers.ask('follow', { url, path, count });
    await load.ask('closed', { url, targets, warmMs: 0, ms: warmMs });
    const before = service.cpuMs();
    const { count: sent } = await load.ask('closed', { url, targets, warmMs: 0, ms });
    const micros = ((service.cpuMs() - before) / sent) * 1000;
    await readers.ask('leave', {});
    await pause(warmMs);
    return micros;
  };
  return {
    commandsAlone: await measured(),
    commandsFollowed: await measured('/v1/stream'),
    commandsBeside: await measured('/v1/stream?device=output-99', readerCount),
  };
}

/** Of one event to one reader: on a busy machine not every event is due in time. */
function costOf({ share: all, idle, perReader }: Round): number {
  return (all - idle) / perReader;
}

function tableLines(pairs: readonly Pair[]): Line[] {
  const of = (pick: (pair: Pair) => number): number => median(pairs.map(pick));
  const followers = (pick: (pair: Pair) => Round): Line => ({
    '% of a core': 100 * of((pair) => pick(pair).share),
    '% without readers': 100 * of((pair) => pick(pair).idle),
    'events/s a reader': of((pair) => pick(pair).perReader),
    'events/s of the one with fewest': of((pair) => pick(pair).least),
    'CPU µs a command': '',
  });
  const ratio = (pick: (pair: Pair) => number): Line => ({ 'CPU µs a command': of(pick) });
  const against = (what: string, pick: (pair: Pair) => Round): Line => ({
    what,
    ...followers(pick),
    ratio: of((pair) => costOf(pick(pair)) / costOf(pair.bare)),
  });
  // Each pair has it or none.
  const peer = (pair: Pair): Round => pair.peer as Round;
  return [
    against('Bellcrank', ({ service }) => service),
    against('bare Fastify', ({ bare }) => bare),
    ...(pairs[0]?.peer === undefined ? [] : [against('Node-RED, WebSocket', peer)]),
    { what: 'commands alone', ...ratio((pair) => pair.commandsAlone), ratio: 1 },
    {
      what: 'commands, one reader of everything',
      ...ratio((pair) => pair.commandsFollowed),
      ratio: of((pair) => pair.commandsFollowed / pair.commandsAlone),
    },
    {
      what: `commands, ${readerCount} readers of another device`,
      ...ratio((pair) => pair.commandsBeside),
      ratio: of((pair) => pair.commandsBeside / pair.commandsAlone),
    },
  ];
}
