import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { listenTcp } from '../../simulators/wire/tcp.ts';
import { closeLimitMs } from '../../src/cli/process.ts';
import { follow } from '../support/sse.ts';
import { temporaryFolder } from '../wire/support.ts';
import { allReady, type Service, startService } from './service.ts';

vi.setConfig({ testTimeout: 60_000 });

/** Nobody here waits as long as the device may take. */
const definition = `model: slow-thing
summary: A thing that takes its time
transport: [tcp]
line: { outTerminator: "\\n", inTerminator: "\\n", replyTimeoutMs: 60000 }
commands:
  move:
    effect: actuate
    timeoutMs: 60000
    params: { to: { type: integer } }
    send: 'MOVE {to:%d}'
    expect: OK
`;

interface Recorded {
  readonly command?: string;
  readonly id: string;
  readonly outcome: string;
  readonly reason?: string;
  readonly error?: { readonly code: string };
}

/** A device at the other end of a TCP connection that hears and never answers; resolves with its address. */
async function startDeaf(heard: string[]): Promise<string> {
  const listener = await listenTcp();
  onTestFinished(() => listener.close());
  listener.onConnection((far) => far.onData((chunk) => void heard.push(Buffer.from(chunk).toString('latin1').trim())));
  return `{ host: ${listener.host}, port: ${listener.port} }`;
}

const move = '/v1/devices/thing/commands/move';

/** One command hangs in its exchange, another waits behind it, and two streams are read. */
async function busy() {
  const heard: string[] = [];
  const folder = temporaryFolder();
  const config = join(folder, 'bellcrank.yaml');
  writeFileSync(join(folder, 'slow-thing.yaml'), definition);
  writeFileSync(
    config,
    `drivers: [./slow-thing.yaml]
connections: { line: { tcp: ${await startDeaf(heard)}, simulated: true } }
devices: { thing: { driver: slow-thing, connection: line } }
`,
  );
  const start = (): Promise<Service> => startService(config, { BELLCRANK_STORE__DIRECTORY: join(folder, 'store') });
  const service = await start();
  await allReady(service);
  const accept = { accept: 'text/event-stream' };
  const trace = await follow(service.url, '?follow=true', accept, '/v1/devices/thing/trace');
  const streams = [await follow(service.url), trace];
  const hung = service.post(move, { to: 1 });
  await expect.poll(() => heard, { timeout: 10_000 }).toContain('MOVE 1');
  const waiting = service.post(move, { to: 2 });
  const waits = async () => (await service.get<{ waiting: number }>('/v1/devices/thing')).waiting;
  await expect.poll(waits, { timeout: 10_000 }).toBe(1);
  return { service, streams, answers: [hung, waiting], start, heard };
}

async function ended(service: Service, signals: readonly NodeJS.Signals[]) {
  const exited = once(service.child, 'exit');
  const begun = performance.now();
  for (const signal of signals) service.child.kill(signal);
  const [code] = (await exited) as [number | null];
  return { code, ms: performance.now() - begun };
}

test('SIGUSR1, by which others open their logs anew, opens no debugger for whoever is on this machine', async () => {
  const config = join(temporaryFolder(), 'bellcrank.yaml');
  writeFileSync(config, 'devices: {}\n');
  const service = await startService(config);
  service.child.kill('SIGUSR1');
  service.child.kill('SIGHUP');
  await vi.waitFor(() => expect(service.stderr()).toContain('"by":"SIGHUP"'), 20_000);
  expect(service.stderr()).not.toContain('Debugger');
  expect(await service.end('SIGTERM')).toMatchObject({ code: 0 });
});

// From a terminal a signal comes twice, if npm is in between.
test.each([[['SIGTERM']], [['SIGTERM', 'SIGINT', 'SIGTERM']]] as const)(
  '%s at a hung exchange, a queue and open streams: in time, in order, and on record as it was',
  async (signals) => {
    const { service, streams, answers, start, heard } = await busy();
    const { code, ms } = await ended(service, signals);
    expect(code).toBe(0);
    expect(ms).toBeLessThan(closeLimitMs);
    const told = (await Promise.all(answers)).map(({ body }) => body);
    expect(told).toMatchObject([
      { outcome: 'unknown', code: 'shutting-down', simulated: true },
      { outcome: 'not-sent', code: 'shutting-down', reason: 'shutdown', simulated: true },
    ]);
    await Promise.all(streams.map((stream) => stream.over()));
    // To their very end, and not cut off.
    expect(streams.map(({ response }) => response.complete)).toEqual([true, true]);
    const { items } = await (await start()).get<{ items: readonly Recorded[] }>('/v1/commands?device=thing');
    expect(told.map(({ commandId }) => items.find(({ id }) => id === commandId))).toMatchObject([
      { outcome: 'unknown' },
      { outcome: 'not-sent', reason: 'shutdown' },
    ]);
    expect(heard).toEqual(['MOVE 1']);
  },
);

test('a device that is to be stopped and never answers: in time and in order, and its stop is on record', async () => {
  const heard: string[] = [];
  const folder = temporaryFolder();
  const config = join(folder, 'bellcrank.yaml');
  writeFileSync(join(folder, 'slow-thing.yaml'), `${definition}stop: { send: STOP, expect: OK, timeoutMs: 30000 }\n`);
  writeFileSync(
    config,
    `drivers: [./slow-thing.yaml]
connections: { line: { tcp: ${await startDeaf(heard)}, simulated: true } }
devices: { thing: { driver: slow-thing, connection: line, onShutdown: stop } }
`,
  );
  const start = (): Promise<Service> => startService(config, { BELLCRANK_STORE__DIRECTORY: join(folder, 'store') });
  const service = await start();
  await allReady(service);
  const { code, ms } = await ended(service, ['SIGTERM']);
  expect(heard).toEqual(['STOP']);
  expect(code).toBe(0);
  expect(ms).toBeLessThan(closeLimitMs);
  const { items } = await (await start()).get<{ items: readonly Recorded[] }>('/v1/commands?device=thing');
  expect(items).toMatchObject([{ command: 'stop', outcome: 'unknown', error: { code: 'shutting-down' } }]);
});
