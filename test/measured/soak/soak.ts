import { vi } from 'vitest';
import { randomFrom } from '../../../simulators/behaviour/random.ts';
import type { Service } from '../../process/service.ts';
import { Client } from '../load/client.ts';
import { type Bench, benches, faults, long, pages } from './benches.ts';
import { now, type Span, standstillMs, Standstills } from './standstills.ts';
import { Told } from './told.ts';
import { Waits } from './waits.ts';

/** What a wire that is disturbed, or a stop, may make of a request: the codes of docs/problems that say so. */
const excuses = new Set([
  'device-refused',
  'device-failed',
  'device-protocol',
  'verify-mismatch',
  'connection-lost',
  'device-offline',
  'identity-mismatch',
  'device-timeout',
  'expired',
  'stopped',
]);

interface Timeout extends Span {
  readonly text: string;
}

/** Of a trace. */
interface Passed {
  readonly monotonicMs: number;
  readonly kind: string;
  readonly hex?: string;
  readonly what?: string;
}

/** Tries to reach a device that was away become rarer, up to a quarter of a minute apart. */
const recoveryMs = 45_000;

/** Of a device: from when to when what it says can be relied on. */
interface Standing {
  isFaulty: boolean;
  /** It has done as it was told since nothing disturbs it any more. */
  isSound: boolean;
  /** What it said last, if that was anything but success. */
  refusal?: string;
}

/** The lab, used by several at once: a client for each device, and an operator who looks, stops, and disturbs the wires. */
export class Soak {
  readonly told = new Told();
  /** What must not be, at most twenty. */
  readonly wrong: string[] = [];
  readonly #timeouts: Timeout[] = [];
  readonly #standstills = new Standstills();
  readonly #waits: Waits;
  readonly #url: string;
  readonly #random: () => number;
  readonly #standings = new Map<string, Standing>(
    benches.map(({ device }) => [device, { isFaulty: false, isSound: true }]),
  );
  /** Counts whatever begins or ends a stop. */
  #stops = 0;

  constructor({ url, child }: Pick<Service, 'url' | 'child'>, seed: number) {
    this.#url = url;
    this.#waits = new Waits(child.pid);
    this.#random = randomFrom(seed);
  }

  /** Resolves when everybody has ended what they were at. */
  async run(isOver: () => boolean): Promise<void> {
    const ways = benches.map((bench) => (client: Client) => this.#use(client, bench));
    await Promise.all([...ways, (client: Client) => this.#operate(client)].map((way) => this.#repeat(way, isOver)));
  }

  /** Time-outs where nothing was disturbed, the service did not stand still, and nothing that it needs was kept waiting. */
  get missed(): string[] {
    return this.#timeouts.filter((timeout) => !this.#standstills.overlap(timeout)).map(({ text }) => text);
  }

  /** How many more time-outs there were where nothing was disturbed. */
  get excused(): number {
    return this.#timeouts.length - this.missed.length;
  }

  /** To be called every now and then. */
  sample(): void {
    for (const span of this.#waits.sample(standstillMs)) this.#standstills.add(span);
  }

  /** Looks at a page, and notes how long that took. */
  async look(client: Client, path: string): Promise<void> {
    const from = now();
    const { status, text } = await client.send('GET', path);
    const to = now();
    if (to - from > standstillMs) this.#standstills.add({ from, to });
    if (status !== 200) this.#note(path, status, text);
  }

  /** Nothing is disturbed any more; resolves once each device has done as it was told again. */
  async calm(): Promise<void> {
    await this.#repeat(async (client) => {
      for (const { device, faulty } of benches) if (faulty) await this.#disturb(client, device, undefined);
    }, once());
    const again = benches.map(async (bench) => {
      const standing = this.#standings.get(bench.device) as Standing; // each bench has one
      const from = now();
      await this.#repeat(
        (client) => this.#use(client, bench),
        () => standing.isSound || now() - from > recoveryMs,
      );
      if (!standing.isSound) this.#note(`${bench.device} does not recover`, 0, standing.refusal ?? '');
    });
    await Promise.all(again);
  }

  async #repeat(step: (client: Client) => Promise<void>, isOver: () => boolean): Promise<void> {
    const client = new Client(this.#url);
    while (!isOver()) await step(client);
    client.close();
  }

  async #use(client: Client, { device, ask }: Bench): Promise<void> {
    const standing = this.#standings.get(device) as Standing; // each bench has one
    const { isFaulty, isSound } = standing;
    const stops = this.#stops;
    const from = now();
    const [method, path, body] = ask(this.#random);
    const { status, text } = await client.send(method, `/v1/devices/${device}/${path}`, body);
    const to = now();
    const { outcome, code = '' } = this.told.take(text);
    const isStopped = stops % 2 === 1 || stops !== this.#stops;
    const isExcused = (!isSound || !standing.isSound || isStopped) && excuses.has(code);
    if ((status === 200) !== (outcome === 'succeeded')) this.#note(device, status, text);
    else if (status !== 200 && !isExcused && code === 'device-timeout')
      this.#timeouts.push({ from, to, text: `${text} after\n${await passed(client, device)}` });
    else if (status !== 200 && !isExcused) this.#note(device, status, text);
    if (status !== 200) standing.refusal = text;
    // Whoever is refused comes back a little later.
    if (status !== 200) await new Promise((resolve) => setTimeout(resolve, 100));
    if (status === 200 && !isStopped && !isFaulty && !standing.isFaulty) standing.isSound = true;
  }

  /** Mostly looks; now and then a fault comes or goes, and everything is stopped. */
  async #operate(client: Client): Promise<void> {
    const dice = this.#random();
    const faulty = this.#one(benches.filter((bench) => bench.faulty)).device;
    if (dice < 0.02) return await this.#disturb(client, faulty, this.#one(faults));
    if (dice < 0.04) return await this.#disturb(client, faulty, undefined);
    if (dice < 0.045) return await this.#stop(client);
    await this.look(client, this.#one(dice < 0.1 ? [...long, ...pages] : pages));
  }

  async #disturb(client: Client, device: string, fault: object | undefined): Promise<void> {
    const standing = this.#standings.get(device) as Standing; // each bench has one
    const path = `/v1/simulators/${device}/faults`;
    if (fault !== undefined) Object.assign(standing, { isFaulty: true, isSound: false });
    const body = fault && { seed: Math.floor(this.#random() * 1e6), faults: [fault] };
    const { status, text } = await client.send(fault === undefined ? 'DELETE' : 'PUT', path, body);
    if (status !== 200) this.#note(path, status, text);
    if (fault === undefined) standing.isFaulty = false;
  }

  async #stop(client: Client): Promise<void> {
    this.#stops++;
    // An exchange that was cut short leaves its line to be brought back to order.
    for (const standing of this.#standings.values()) standing.isSound = false;
    const stopped = await client.send('POST', '/v1/stop');
    if (stopped.status !== 200) this.#note('/v1/stop', stopped.status, stopped.text);
    const released = await client.send('DELETE', '/v1/stop');
    if (released.status !== 204) this.#note('/v1/stop', released.status, released.text);
    this.#stops++;
  }

  #note(what: string, status: number, text: string): void {
    if (this.wrong.length < 20) this.wrong.push(`${what}: ${status} ${text.slice(0, 500)}`);
  }

  #one<T>(all: readonly T[]): T {
    return all[Math.floor(this.#random() * all.length)] as T; // none is empty
  }
}

/** What has passed on a device's wire of late, and a late reply if there is one soon. */
async function passed(client: Client, device: string): Promise<string> {
  const look = async (): Promise<readonly Passed[]> => {
    const { text } = await client.send('GET', `/v1/devices/${device}/trace?limit=30`);
    return (JSON.parse(text) as { items: readonly Passed[] }).items;
  };
  const items = await look();
  const more = async (): Promise<readonly Passed[]> => {
    const now = await look();
    if (now.at(-1)?.monotonicMs === items.at(-1)?.monotonicMs) throw new Error('nothing came');
    return now;
  };
  const all = await vi.waitFor(more, { timeout: 300 }).catch(() => items);
  return all.map(({ monotonicMs, kind, hex = '', what = '' }) => `${monotonicMs} ${kind} ${hex}${what}`).join('\n');
}

function once(): () => boolean {
  let times = 0;
  return () => times++ > 0;
}
