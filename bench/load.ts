/** The load generator's process. */
import { HttpClient } from './http-client.ts';
import { type Summary, summaryOf } from './statistics.ts';
import { serveTasks } from './tasks.ts';

export interface Target {
  /** POST if absent. */
  readonly method?: string;
  readonly path: string;
  readonly body: string;
}

export interface ClosedLoad {
  readonly url: string;
  /** One connection each. */
  readonly targets: readonly Target[];
  readonly warmMs: number;
  readonly ms: number;
  /** What a right answer has in its body; an answer without it counts as failed. */
  readonly says?: string;
}

export interface PacedLoad extends ClosedLoad {
  /** How often each target is sent its request. */
  readonly everyMs: number;
  /** Sent one request after the other meanwhile; what becomes of them is not counted. */
  readonly aside?: Target;
}

export interface Fill {
  readonly url: string;
  readonly targets: readonly Target[];
  /** Commands a target, none of them waited for. */
  readonly each: number;
}

/** When it was sent, in ns of the machine's monotonic clock, which all its processes share. */
export interface Sent {
  readonly sentAt: string;
  readonly status: number;
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Each connection sends its next request as soon as it has its answer. */
async function closed({ url, targets, warmMs, ms, says = '' }: ClosedLoad): Promise<Summary> {
  const latencies: number[] = [];
  let failed = 0;
  const clients = await Promise.all(targets.map(() => HttpClient.open(url)));
  const begin = performance.now() + warmMs;
  const end = begin + ms;
  const run = async (client: HttpClient, { method = 'POST', path, body }: Target): Promise<void> => {
    for (let sent = performance.now(); sent < end;) {
      const answer = await client.send(method, path, body);
      const right = answer.status === 200 && answer.body.includes(says);
      const now = performance.now();
      if (sent >= begin && right) latencies.push(now - sent);
      if (!right) failed++;
      sent = now;
    }
    client.close();
  };
  await Promise.all(targets.map((target, index) => run(clients[index] as HttpClient, target)));
  return summaryOf(latencies, failed, ms);
}

/**
 * Each target gets its request at fixed times, and what counts is the time from when it was due: a service that holds
 * everybody up cannot hide it by being asked less.
 */
async function paced({ url, targets, warmMs, ms, everyMs, aside }: PacedLoad): Promise<Summary> {
  const latencies: number[] = [];
  let failed = 0;
  const start = performance.now();
  const begin = start + warmMs;
  const end = begin + ms;
  const run = async ({ path, body }: Target, index: number): Promise<void> => {
    const client = await HttpClient.open(url);
    for (let due = start + (index / targets.length) * everyMs; due < end; due += everyMs) {
      const sent = await whenDue(due);
      const { status } = await client.send('POST', path, body);
      if (status !== 200) failed++;
      else if (due >= begin) latencies.push(performance.now() - sent);
    }
    client.close();
  };
  const others = aside === undefined ? [] : [keepAsking(url, aside, end)];
  await Promise.all([...targets.map(run), ...others]);
  return summaryOf(latencies, failed, ms);
}

/** Resolves when it is time, with the time that counts: that a timer fires late is not the service's doing. */
async function whenDue(due: number): Promise<number> {
  if (performance.now() >= due) return due;
  await pause(due - performance.now());
  return performance.now();
}

/** A client that does not give up on its device, and lets it be for a moment when it is told that it is not there. */
async function keepAsking(url: string, { path, body }: Target, end: number): Promise<void> {
  const client = await HttpClient.open(url);
  while (performance.now() < end) {
    await client.send('POST', path, body);
    await pause(20);
  }
  client.close();
}

/** Fills queues. Resolves with how many were taken. */
async function fill({ url, targets, each }: Fill): Promise<number> {
  let taken = 0;
  const run = async ({ path, body }: Target): Promise<void> => {
    const client = await HttpClient.open(url);
    for (let sent = 0; sent < each; sent++) {
      const { status } = await client.send('POST', path, body, 'prefer: respond-async\r\n');
      if (status === 202) taken++;
    }
    client.close();
  };
  await Promise.all(targets.map(run));
  return taken;
}

/** One request, on a connection that is open already. */
async function stop({ url }: { readonly url: string }): Promise<Sent> {
  const client = await HttpClient.open(url);
  // The connection is known to the service, and not just to the kernel.
  await client.send('GET', '/health/live');
  const sentAt = process.hrtime.bigint();
  const { status } = await client.send('POST', '/v1/stop');
  client.close();
  return { sentAt: String(sentAt), status };
}

const tasks = { closed, paced, fill, stop };
export type LoadTasks = typeof tasks;
if (process.send !== undefined) serveTasks(tasks);
