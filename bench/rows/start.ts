import { commandBodyText } from '../command-by-hand.ts';
import type { FleetTasks } from '../fleet.ts';
import { HttpClient } from '../http-client.ts';
import { compiled } from '../installed.ts';
import { fleetOf } from '../mqtt-devices.ts';
import { type Service, startHelper, startService } from '../processes.ts';
import type { Settings } from '../settings.ts';
import { median } from '../statistics.ts';
import { startSubject } from '../subject.ts';
import type { Line, Result } from '../table.ts';

const mostPairs = 7;
/** So long is waited before memory is looked at. */
const idleMs = 3000;

/** What a start of one contender came to. */
interface Start {
  /** From the start of its process to the answer to its first command, ms. */
  readonly ms: number;
  /** What it holds a while later, with nothing to do, in bytes. */
  readonly rssBytes: number;
}

interface Pair {
  readonly service: Start;
  readonly bare: Start;
}

interface Size {
  readonly count: number;
  readonly rssBytes: number;
}

type Startable = Pick<Service, 'url' | 'rssBytes' | 'end'>;

/** From a start to the first command, and what an idle service holds: alone, and with devices on a broker. */
export async function start(settings: Settings): Promise<Result> {
  const program = await compiled();
  const pairs: Pair[] = [];
  for (let index = 0; index < Math.min(mostPairs, settings.rounds); index++) {
    const bare = await started(() => startSubject('floors/bare-start.js'), bareCommand);
    const service = await started(() => startService({ ...oneDevice, program, awaited: false }), ownCommand);
    // The first one fills the caches of compiled code, which a service has from its second start on.
    if (index > 0 || settings.rounds === 1) pairs.push({ bare, service });
  }
  const sizes = await measureSizes(settings, program);
  const what = 'from the start of the process to the answer to its first command; memory when idle';
  return { name: 'start', what, table: tableLines(pairs, sizes), rounds: [...pairs, ...sizes] };
}

/** A device that everybody has who installs the service. */
const oneDevice = {
  connections: { supply: { simulate: { model: 'scpi-supply', via: 'memory' } } },
  devices: { supply: { driver: 'scpi-supply', connection: 'supply' } },
};
const ownCommand = '/v1/devices/supply/commands/set-voltage';
const bareCommand = '/v1/devices/supply/commands/set';

async function started(begin: () => Promise<Startable>, path: string): Promise<Start> {
  const begun = performance.now();
  const subject = await begin();
  try {
    const client = await HttpClient.open(subject.url);
    while ((await client.send('POST', path, commandBodyText)).status !== 200) await pause(2);
    const ms = performance.now() - begun;
    client.close();
    await pause(idleMs);
    return { ms, rssBytes: subject.rssBytes() };
  } finally {
    await subject.end();
  }
}

async function measureSizes({ rounds, long = false }: Settings, program: string): Promise<Size[]> {
  const far = startHelper<FleetTasks>('fleet.ts');
  const port = await far.ask('start', null);
  const sizes: Size[] = [];
  try {
    for (const count of [10, ...(rounds > 1 || long ? [1000] : []), ...(long ? [10_000] : [])]) {
      const { service, rssBytes } = await fleetOf(count, port, far, program);
      sizes.push({ count, rssBytes });
      await service.end();
    }
    return sizes;
  } finally {
    await far.ask('stop', null);
    await far.end();
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function tableLines(pairs: readonly Pair[], sizes: readonly Size[]): Line[] {
  const of = (pick: (pair: Pair) => number): number => median(pairs.map(pick));
  const megabytes = (bytes: number): number => bytes / 1e6;
  const few = sizes[0];
  const lines = sizes.map(({ count, rssBytes }): Line => {
    const each = few === undefined || few.count === count ? '' : (rssBytes - few.rssBytes) / (count - few.count) / 1000;
    return { what: `MB, ${count} MQTT devices`, Bellcrank: megabytes(rssBytes), 'KB a device': each };
  });
  const begin: Line = {
    what: 'ms to the first command',
    Bellcrank: of(({ service }) => service.ms),
    'bare Fastify': of(({ bare }) => bare.ms),
    'KB a device': '',
    more: of(({ service, bare }) => service.ms - bare.ms),
    ratio: of(({ service, bare }) => service.ms / bare.ms),
    'over 1.5× bare + 400 ms': of(({ service, bare }) => service.ms - 1.5 * bare.ms - 400),
  };
  const memory: Line = {
    what: 'MB when idle',
    Bellcrank: of(({ service }) => megabytes(service.rssBytes)),
    'bare Fastify': of(({ bare }) => megabytes(bare.rssBytes)),
    more: of(({ service, bare }) => megabytes(service.rssBytes - bare.rssBytes)),
    ratio: of(({ service, bare }) => service.rssBytes / bare.rssBytes),
  };
  return [begin, memory, ...lines];
}
