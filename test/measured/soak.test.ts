import { expect, test } from 'vitest';
import { randomFrom } from '../../simulators/behaviour/random.ts';
import { allReady, startService } from '../process/service.ts';
import { valueOf, samplesOf } from '../support/samples.ts';
import { Client } from './load/client.ts';
import { descriptorsOf, memoryOf } from './load/process.ts';

const seed = Number(process.env['BELLCRANK_TEST_SEED'] ?? Date.now() % 2 ** 31);
/** How long it goes on: ten minutes, a minute where everything is required, and a taste of it otherwise. */
const seconds =
  process.env['BELLCRANK_TEST_LONG'] === '1' ? 600 : process.env['BELLCRANK_REQUIRE_ALL'] === '1' ? 60 : 15;
/** What is measured begins after this: by then caches are full, and what is used often is compiled. */
const warmUp = Math.min(60, seconds / 3);
const timeout = (seconds + 120) * 1000;

const lab = 'examples/lab/bellcrank.yaml';
const faulty = ['psu-1', 'psu-2', 'plug-1', 'oven-1', 'stirrer-1'];
const ofAll = [
  { kind: 'delay', ms: 20, jitterMs: 20 },
  { kind: 'drop', probability: 0.2 },
  { kind: 'duplicate', probability: 0.3 },
  { kind: 'corrupt', probability: 0.1 },
  { kind: 'truncate', probability: 0.1 },
  { kind: 'mute', probability: 0.3 },
];

interface Record {
  readonly outcome?: string;
  readonly result?: unknown;
}

/** One device, and what its simulator has once a command of a value has succeeded. */
interface Write {
  readonly device: string;
  readonly command: string;
  readonly params: (random: () => number) => Readonly<{ [name: string]: unknown }>;
  /** The simulator's state that must then be what was asked for, if nothing else was asked meanwhile. */
  readonly state: string;
}

const tenths = (random: () => number, most: number): number => Math.round(random() * most * 10) / 10;
const writes: readonly Write[] = [
  {
    device: 'psu-1',
    command: 'set-voltage',
    params: (random) => ({ volts: tenths(random, 30) }),
    state: 'voltage-setpoint',
  },
  {
    device: 'psu-2',
    command: 'set-voltage',
    params: (random) => ({ volts: tenths(random, 5) }),
    state: 'voltage-setpoint',
  },
  { device: 'plug-1', command: 'power', params: (random) => ({ on: random() < 0.5 }), state: 'power' },
];

/** What a command may end as, with the status that tells it. */
const outcomes = ['succeeded', 'refused', 'failed', 'not-sent', 'unknown'];

class Soak {
  readonly counts = new Map<string, number>();
  readonly wrong: string[] = [];
  readonly #random = randomFrom(seed);
  readonly #client: Client;
  /** Devices whose wires are undisturbed: what one of these says of itself is what it has. */
  readonly #disturbed = new Set<string>();

  constructor(client: Client) {
    this.#client = client;
  }

  /** One thing after the other: mostly commands, now and then a look, another fault, a stop. */
  async step(): Promise<void> {
    const dice = this.#random();
    if (dice < 0.05) return await this.#switchFaults();
    if (dice < 0.07) return await this.#stop();
    if (dice < 0.3) return await this.#look();
    await this.#command(this.#one(writes));
  }

  async calm(): Promise<void> {
    for (const id of faulty) await this.#client.send('DELETE', `/v1/simulators/${id}/faults`);
  }

  async #command({ device, command, params, state }: Write): Promise<void> {
    const asked = params(this.#random);
    const path = `/v1/devices/${device}/commands/${command}`;
    const { status, text } = await this.#client.send('POST', path, asked, { 'request-timeout': '2' });
    const { outcome = 'none' } = JSON.parse(text) as Record;
    this.counts.set(outcome, (this.counts.get(outcome) ?? 0) + 1);
    if (status !== 202 && !outcomes.includes(outcome) && status < 500 && status !== 429) this.#note(path, status, text);
    if ((status === 200) !== (outcome === 'succeeded')) this.#note(path, status, text);
    // A value that was damaged on its way is another one, which no reply tells where the protocol has no check.
    if (outcome === 'succeeded' && !this.#disturbed.has(device))
      await this.#compare(device, state, Object.values(asked)[0]);
  }

  async #compare(device: string, name: string, asked: unknown): Promise<void> {
    const { text } = await this.#client.send('GET', `/v1/simulators/${device}/state`);
    const { state } = JSON.parse(text) as { state: { [name: string]: { value: unknown } } };
    const has = state[name]?.value;
    if (has !== asked)
      this.wrong.push(`${device} was told ${String(asked)}, which succeeded, and has ${JSON.stringify(has)}`);
  }

  async #switchFaults(): Promise<void> {
    const device = this.#one(faulty);
    const isOn = this.#random() < 0.6;
    const body = isOn ? { seed: Math.floor(this.#random() * 1e6), faults: [this.#one(ofAll)] } : undefined;
    const path = `/v1/simulators/${device}/faults`;
    const { status, text } = await this.#client.send(isOn ? 'PUT' : 'DELETE', path, body);
    if (status !== 200) this.#note(path, status, text);
    // What was on its way when the fault ended still comes: undisturbed again is who is told to be later.
    if (isOn) this.#disturbed.add(device);
  }

  async #stop(): Promise<void> {
    const { status, text, ms } = await this.#client.send('POST', '/v1/stop');
    if (status !== 200) this.#note('/v1/stop', status, text);
    if (ms > 10_000) this.wrong.push(`a stop took ${Math.round(ms)} ms`);
    await this.#client.send('DELETE', '/v1/stop');
  }

  async #look(): Promise<void> {
    const path = this.#one(['/v1/devices', '/v1/commands?limit=20', '/v1/alarms', '/metrics', '/v1/discovery']);
    const { status, text } = await this.#client.send('GET', path);
    if (status !== 200) this.#note(path, status, text);
  }

  #note(path: string, status: number, text: string): void {
    if (this.wrong.length < 20) this.wrong.push(`${path}: ${status} ${text.slice(0, 300)}`);
  }

  #one<T>(all: readonly T[]): T {
    return all[Math.floor(this.#random() * all.length)] as T; // none is empty
  }
}

interface Sample {
  readonly at: number;
  readonly memory: number;
  readonly descriptors: number;
}

const mean = (all: readonly number[]): number => all.reduce((sum, one) => sum + one, 0) / all.length;

/** How much more there is on average in the last third than in the first. */
function growth(samples: readonly Sample[], of: (sample: Sample) => number): number {
  const third = Math.ceil(samples.length / 3);
  return mean(samples.slice(-third).map(of)) - mean(samples.slice(0, third).map(of));
}

test(
  `the lab under load with faults for ${seconds} s: nothing grows, nothing breaks, every end is told`,
  { timeout },
  async () => {
    console.info(`soak: BELLCRANK_TEST_SEED=${seed}`);
    const service = await startService(lab);
    await allReady(service);
    const client = new Client(service.url);
    const soak = new Soak(client);
    const samples: Sample[] = [];
    const begun = performance.now();
    const passed = (): number => (performance.now() - begun) / 1000;
    while (passed() < seconds) {
      await soak.step();
      const isDue = passed() > warmUp && passed() - (samples.at(-1)?.at ?? 0) > 0.5;
      const { pid } = service.child;
      if (isDue) samples.push({ at: passed(), memory: memoryOf(pid), descriptors: descriptorsOf(pid) });
    }
    await soak.calm();
    const { text } = await client.send('GET', '/metrics');
    client.close();
    console.info(
      JSON.stringify({
        ...Object.fromEntries(soak.counts),
        samples: samples.length,
        memory: [samples[0]?.memory, samples.at(-1)?.memory],
      }),
    );
    expect(soak.wrong).toEqual([]);
    expect(soak.counts.get('succeeded')).toBeGreaterThan(seconds);
    // In MB; what is collected in time is no growth, and a short run has few collections.
    expect(growth(samples, ({ memory }) => memory)).toBeLessThan(seconds < 60 ? 60 : 40);
    expect(growth(samples, ({ descriptors }) => descriptors)).toBeLessThan(10);
    expect(valueOf(samplesOf(text), 'bellcrank_event_loop_delay_seconds', { quantile: '0.99' })).toBeLessThan(1);
    expect(service.stderr()).not.toMatch(/a request failed|unhandled|UnhandledPromise|"level":(50|60)/);
    expect((await service.end('SIGTERM')).code).toBe(0);
  },
);
