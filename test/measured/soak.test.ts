import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { allReady, type Service, startService } from '../process/service.ts';
import { samplesOf, valueOf } from '../support/samples.ts';
import { temporaryFolder } from '../wire/support.ts';
import { Client } from './load/client.ts';
import { descriptorsOf, memoryOf } from './load/process.ts';
import { benches } from './soak/benches.ts';
import { collecting, leftAfterCollections } from './soak/collections.ts';
import { Soak } from './soak/soak.ts';

const seed = Number(process.env['BELLCRANK_TEST_SEED'] ?? Date.now() % 2 ** 31);
const isLong = process.env['BELLCRANK_TEST_LONG'] === '1';
const isWhole = isLong || process.env['BELLCRANK_REQUIRE_ALL'] === '1';
/** Ten minutes, a minute where everything is required, and a taste of it otherwise, which says nothing of memory. */
const seconds = isLong ? 600 : isWhole ? 60 : 5;
/** By then what is kept on purpose is kept, and what is used often is compiled. */
const warmUp = Math.min(60, seconds / 3);
/**
 * What may be more in the last third than in the first. A kilobyte for each command would be more than that. Some hundred
 * bytes are none: rings and caches of what is rare go on filling for minutes.
 */
const most = { megabytes: 3, bytesPerCommand: 250, residentMegabytes: 40, descriptors: 5 };
/** What is told to who follows is kept on purpose, and this much of it soon. */
const small = { BELLCRANK_SERVER__STREAM_ENTRIES: '1000' };

/** The lab, but that one client may send as fast as it is answered: here one sends all of it. */
function labWithoutRate(): string {
  const folder = temporaryFolder();
  cpSync('examples/lab', folder, { recursive: true });
  const path = join(folder, 'bellcrank.yaml');
  const text = readFileSync(path, 'utf8');
  const changed = text.replace('\nserver:\n', '\nserver:\n  limits: { clientRequestsPerSecond: 0 }\n');
  expect(changed).not.toBe(text);
  writeFileSync(path, changed);
  return path;
}

interface Sample {
  readonly commands: number;
  /** MB: what is held, and what the process has. */
  readonly held: number;
  readonly resident: number;
  readonly descriptors: number;
}

/** How much more there is in the last third than in the first, by their medians. */
function growth(samples: readonly Sample[], of: keyof Sample): number {
  const third = Math.ceil(samples.length / 3);
  const all = samples.map((sample) => sample[of]);
  const [first, last] = [all.slice(0, third), all.slice(-third)].map((some) => some.toSorted((a, b) => a - b));
  return (last?.[third >> 1] ?? NaN) - (first?.[third >> 1] ?? NaN);
}

/** Uses the lab for its time, and looks at it after each collection. */
async function use(service: Service, soak: Soak, client: Client): Promise<Sample[]> {
  const samples: Sample[] = [];
  const { pid } = service.child;
  const begun = performance.now();
  const passed = (): number => (performance.now() - begun) / 1000;
  let isOver = false;
  let collections = 0;
  const used = soak.run(() => isOver);
  while (!(isOver = passed() > seconds)) {
    await soak.look(client, '/v1/devices/psu-2/properties');
    const left = leftAfterCollections(service);
    if (left.length === collections || passed() < warmUp) continue;
    collections = left.length;
    const held = left.at(-1) ?? NaN;
    samples.push({ commands: soak.told.size, held, resident: memoryOf(pid), descriptors: descriptorsOf(pid) });
  }
  await used;
  return samples;
}

async function expectStops(client: Client): Promise<void> {
  const { status, text } = await client.send('POST', '/v1/stop');
  expect(status).toBe(200);
  const { items } = JSON.parse(text) as { items: { device: string; outcome: string; stopped: boolean }[] };
  const stopped = items.filter(({ outcome, stopped: is }) => is && outcome === 'succeeded').map(({ device }) => device);
  expect(stopped).toEqual(expect.arrayContaining(benches.map(({ device }) => device)));
  expect((await client.send('POST', '/v1/devices/psu-1/commands/set-voltage', { volts: 1 })).status).toBe(423);
}

function expectFlat(samples: readonly Sample[]): void {
  const told = samples.map((sample) => Object.values(sample).map(Math.round).join(' ')).join(', ');
  console.info(`commands, MB held, MB resident, descriptors: ${told}`);
  expect(samples.length).toBeGreaterThanOrEqual(3);
  expect(growth(samples, 'descriptors')).toBeLessThanOrEqual(most.descriptors);
  expect(growth(samples, 'resident')).toBeLessThan(most.residentMegabytes);
  const mostHeld = most.megabytes + (growth(samples, 'commands') * most.bytesPerCommand) / 1e6;
  expect(growth(samples, 'held')).toBeLessThan(mostHeld);
}

test(
  `the lab in use, with faults, for ${seconds} s: nothing grows, nothing breaks, and what was told is on record`,
  { timeout: (seconds + 120) * 1000 },
  async () => {
    console.info(`soak: BELLCRANK_TEST_SEED=${seed}`);
    const service = await startService(labWithoutRate(), small, { flags: collecting });
    await allReady(service);
    const client = new Client(service.url);
    onTestFinished(() => client.close());
    const soak = new Soak(service, seed);
    const sampling = setInterval(() => soak.sample(), 100);
    onTestFinished(() => clearInterval(sampling));
    const samples = await use(service, soak, client);
    await soak.calm();
    console.info(JSON.stringify({ ...Object.fromEntries(soak.told.counts), excused: soak.excused }));
    expect([soak.wrong, soak.missed]).toEqual([[], []]);
    expect(soak.told.counts.get('succeeded')).toBeGreaterThan(seconds);
    expect(await soak.told.differences(client)).toEqual([]);
    const metrics = async () => samplesOf((await client.send('GET', '/metrics')).text);
    await expect.poll(async () => valueOf(await metrics(), 'bellcrank_journal_pending')).toBe(0);
    expect(valueOf(await metrics(), 'bellcrank_journal_lag_seconds')).toBe(0);
    await expectStops(client);
    const { code, ms } = await service.end('SIGTERM');
    expect(code).toBe(0);
    expect(ms).toBeLessThan(3000);
    expect(service.stderr().match(/^.*("level":(50|60)|unhandled|Unhandled).*$/gm)).toBeNull();
    if (isWhole) expectFlat(samples);
  },
);
