import type { FleetTasks } from '../fleet.ts';
import type { LoadTasks } from '../load.ts';
import { extras, type Fleet, fleetOf } from '../mqtt-devices.ts';
import { type Helper, startHelper } from '../processes.ts';
import type { Settings } from '../settings.ts';
import { median, type Summary } from '../statistics.ts';
import type { Line, Result } from '../table.ts';

const few = 10;
const most = 10_000;
/** Enough for a figure a device, and soon done. */
const mostWhenQuick = 500;
const talkPerSecond = 2000;

interface Round {
  readonly one: Summary;
  readonly ten: Summary;
  /** Processor time of the service for one state message, in µs. */
  readonly cpuMicros: number;
  /** Time to adopt one more device, the median, in ms. */
  readonly addMs: number;
}

/** What many devices on one connection cost, against few: everything else is the same. */
export async function mqttFleet(settings: Settings): Promise<Result> {
  const load = startHelper<LoadTasks>('load.ts');
  const far = startHelper<FleetTasks>('fleet.ts');
  const port = await far.ask('start', null);
  const count = settings.rounds > 1 ? most : mostWhenQuick;
  const fleets: Fleet[] = [];
  try {
    for (const size of [few, count]) fleets.push(await fleetOf(size, port, far));
    const pairs = await measure(fleets, load, far, settings);
    const what = `${few} and ${count} devices on one connection, discovered and adopted; a switch each that is written`;
    return { name: 'mqtt fleet', what, table: tableLines(fleets, pairs), rounds: pairs };
  } finally {
    for (const { service } of fleets) await service.end();
    await far.ask('stop', null);
    await Promise.all([load.end(), far.end()]);
  }
}

async function measure(
  fleets: readonly Fleet[],
  load: Helper<LoadTasks>,
  far: Helper<FleetTasks>,
  settings: Settings,
): Promise<Round[][]> {
  const pairs: Round[][] = [];
  for (let index = -1; index < Math.min(settings.rounds, 7); index++) {
    // Whoever comes first has whatever the machine does at the moment: they take turns.
    const order = index % 2 === 0 ? fleets : fleets.toReversed();
    const pair: Round[] = [];
    for (const fleet of order) pair.push(await round(fleet, load, far, settings));
    if (index >= 0) pairs.push(index % 2 === 0 ? pair : pair.toReversed());
  }
  return pairs;
}

async function round(
  { prefix, names, service }: Fleet,
  load: Helper<LoadTasks>,
  far: Helper<FleetTasks>,
  { warmMs, ms }: Settings,
): Promise<Round> {
  const target = (name: string) => ({
    method: 'PUT',
    path: `/v1/devices/${name}/properties/relay`,
    body: '{"value":true}',
  });
  const closed = (count: number): Promise<Summary> => {
    const targets = Array.from({ length: count }, (_, index) => target(names[index % names.length] ?? ''));
    return load.ask('closed', { url: service.url, targets, warmMs, ms });
  };
  const [one, ten] = [await closed(1), await closed(few)];
  const before = service.cpuMs();
  const messages = (talkPerSecond * ms) / 1000;
  await far.ask('talk', { prefix, names, messages, perSecond: talkPerSecond });
  await new Promise((resolve) => setTimeout(resolve, 200));
  const cpuMicros = ((service.cpuMs() - before) / messages) * 1000;
  return { one, ten, cpuMicros, addMs: await addMs(service.url) };
}

/** Adopts what no rule adopts, and lets go of it again. */
async function addMs(url: string): Promise<number> {
  const list = (await (await fetch(`${url}/v1/discovery?adopted=false&limit=${extras}`)).json()) as {
    items: { id: string }[];
  };
  const times: number[] = [];
  for (const { id: candidate } of list.items) {
    const begin = performance.now();
    const added = await fetch(`${url}/v1/devices`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ candidate }),
    });
    const { id } = (await added.json()) as { id: string };
    times.push(performance.now() - begin);
    if (added.status !== 201) throw new Error(`adopting ended with ${added.status}`);
    await fetch(`${url}/v1/devices/${id}`, { method: 'DELETE' });
  }
  return median(times);
}

function tableLines(fleets: readonly Fleet[], pairs: readonly Round[][]): Line[] {
  const [small, large] = fleets;
  if (small === undefined || large === undefined) return [];
  const perDevice = (large.rssBytes - small.rssBytes) / (large.names.length - small.names.length);
  const line = (what: string, figure: (round: Round) => number): Line => {
    const of = (index: number): number[] => pairs.map((pair) => figure(pair[index] as Round));
    const ratios = pairs.map((pair) => figure(pair[1] as Round) / figure(pair[0] as Round));
    return {
      what,
      [`${small.names.length}`]: median(of(0)),
      [`${large.names.length}`]: median(of(1)),
      ratio: median(ratios),
    };
  };
  const once = (what: string, figure: (fleet: Fleet) => number): Line => ({
    what,
    [`${small.names.length}`]: figure(small),
    [`${large.names.length}`]: figure(large),
    ratio: figure(large) / figure(small),
  });
  return [
    line('requests/s, 1 connection', ({ one }) => one.perSecond),
    line('p99 ms, 1 connection', ({ one }) => one.p99),
    line('requests/s, 10 connections', ({ ten }) => ten.perSecond),
    line('p99 ms, 10 connections', ({ ten }) => ten.p99),
    line('CPU µs, one state message', ({ cpuMicros }) => cpuMicros),
    line('ms, adopting one more', ({ addMs: ms }) => ms),
    once('ms, start until all are ready', ({ readyMs }) => readyMs),
    once('MB resident', ({ rssBytes }) => rssBytes / 1e6),
    { what: 'KB a device', [`${small.names.length}`]: '', [`${large.names.length}`]: perDevice / 1000, ratio: '' },
  ];
}
