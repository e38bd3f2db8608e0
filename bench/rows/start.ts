import { commandBodyText, commandPath, deviceName } from '../command-by-hand.ts';
import { startNodeRed } from '../command-contenders.ts';
import type { FleetTasks } from '../fleet.ts';
import { HttpClient } from '../http-client.ts';
import { compiled } from '../installed.ts';
import { fleetOf } from '../mqtt-devices.ts';
import { type Service, startHelper, startService } from '../processes.ts';
import type { Settings } from '../settings.ts';
import { median } from '../statistics.ts';
import { startPeer, startSubject } from '../subject.ts';
import type { Line, Result } from '../table.ts';

const mostTurns = 7;
const floor = 'bare Fastify';
/** So long is waited before memory is looked at. */
const idleMs = 3000;

/** What a start of one contender came to. */
interface Start {
  /** From the start of its process to the answer to its first command, ms. */
  readonly ms: number;
  /** What it holds a while later, with nothing to do, in bytes. */
  readonly rssBytes: number;
}

/** Of everybody, by name. */
type Turn = Readonly<Record<string, Start>>;

/** V8 gives back by itself what a burst needed, some two minutes after it. */
const settledMs = 180_000;

interface Size {
  readonly count: number;
  /** Seconds after all devices were ready. */
  readonly rssBytes: number;
  /** Minutes after that; undefined where nobody waited for it. */
  readonly settledBytes: number | undefined;
}

/** From a start to the first command, and what an idle service holds: alone, and with devices on a broker. */
export async function start(settings: Settings): Promise<Result> {
  const program = await compiled();
  const contenders = await installed(program);
  const turns: Turn[] = [];
  for (let index = 0; index < Math.min(mostTurns, settings.rounds); index++) {
    const turn: Record<string, Start> = {};
    for (const [name, contender] of Object.entries(contenders)) turn[name] = await started(contender);
    // The first one fills the caches of compiled code, which a service has from its second start on.
    if (index > 0 || settings.rounds === 1) turns.push(turn);
  }
  const sizes = await measureSizes(settings, program);
  const what = 'from the start of the process to the answer to its first command; memory when idle';
  return { name: 'start', what, table: tableLines(turns, sizes), rounds: [...turns, ...sizes] };
}

/** A device that everybody has who installs the service. */
const oneDevice = {
  connections: { supply: { simulate: { model: 'scpi-supply', via: 'memory' } } },
  devices: { supply: { driver: 'scpi-supply', connection: 'supply' } },
};

interface Startable {
  start(): Promise<Pick<Service, 'url' | 'rssBytes' | 'end'>>;
  /** Where it takes its first command. */
  readonly path: string;
}

/** Who is started, with one device each; peers that are not installed are left out. */
async function installed(program: string): Promise<Readonly<Record<string, Startable>>> {
  const path = commandPath(deviceName(0));
  const wot = () => startSubject('peers/node-wot.ts', { devices: 1 });
  const red = () => startNodeRed({ flow: 'command' });
  const peers = { 'node-wot': { start: wot, path: `/${deviceName(0)}/actions/set` }, 'Node-RED': { start: red, path } };
  const all: Record<string, Startable> = {
    [floor]: { start: () => startSubject('floors/bare-start.js'), path },
    Bellcrank: {
      start: () => startService({ ...oneDevice, program, awaited: false }),
      path: '/v1/devices/supply/commands/set-voltage',
    },
  };
  for (const [name, peer] of Object.entries(peers)) {
    const subject = await startPeer(name, peer.start);
    if (subject !== undefined) all[name] = peer;
    await subject?.end();
  }
  return all;
}

async function started(contender: Startable): Promise<Start> {
  const begun = performance.now();
  const subject = await contender.start();
  try {
    const client = await HttpClient.open(subject.url);
    while ((await client.send('POST', contender.path, commandBodyText)).status !== 200) await pause(2);
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
      if (long) await pause(settledMs);
      sizes.push({ count, rssBytes, settledBytes: long ? service.rssBytes() : undefined });
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

function tableLines(turns: readonly Turn[], sizes: readonly Size[]): Line[] {
  const few = sizes[0];
  const lines = sizes.map((size): Line => {
    const each = (of: (size: Size) => number | undefined): number | '' => {
      const [its, ofFew] = [of(size), few && of(few)];
      if (few === undefined || its === undefined || ofFew === undefined || few.count === size.count) return '';
      return (its - ofFew) / (size.count - few.count) / 1000;
    };
    const { settledBytes } = size;
    return {
      who: `Bellcrank, ${size.count} MQTT devices`,
      'MB when idle': size.rssBytes / 1e6,
      'KB a device': each(({ rssBytes }) => rssBytes),
      'MB, settled': settledBytes === undefined ? '' : settledBytes / 1e6,
      'KB a device, settled': each((its) => its.settledBytes),
    };
  });
  return [...Object.keys(turns[0] ?? {}).map((name) => lineOf(name, turns)), ...lines];
}

function lineOf(name: string, turns: readonly Turn[]): Line {
  const of = (figure: (its: Start, own: Start) => number): number =>
    median(turns.map((turn) => figure(turn[name] as Start, turn['Bellcrank'] as Start))); // everybody is in each turn
  return {
    who: name,
    'ms to the first command': of(({ ms }) => ms),
    'Bellcrank, for one of its ms': of((its, own) => own.ms / its.ms),
    // What is aimed at.
    'Bellcrank, over 1.5 × its ms + 400': name === floor ? of((its, own) => own.ms - 1.5 * its.ms - 400) : '',
    'MB when idle': of(({ rssBytes }) => rssBytes / 1e6),
    'Bellcrank, MB more': of((its, own) => (own.rssBytes - its.rssBytes) / 1e6),
    'KB a device': '',
    'MB, settled': '',
    'KB a device, settled': '',
  };
}
