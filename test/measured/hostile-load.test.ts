import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { allReady, type Service, startService } from '../process/service.ts';
import { temporaryFolder } from '../wire/support.ts';
import { Attackers } from './load/attackers.ts';
import { Client, type Measured, p99 } from './load/client.ts';
import { memoryOf } from './load/process.ts';

vi.setConfig({ testTimeout: 120_000 });

const isLong = process.env['BELLCRANK_TEST_LONG'] === '1';
const rounds = isLong ? 3000 : 300;
/** How much longer than undisturbed the slowest hundredth may take, and what is short enough whatever it was before. */
const most = { times: 20, ms: 250 };

const supply = { simulate: { model: 'scpi-supply', via: 'memory' } };
const config = JSON.stringify({
  server: { limits: { headersTimeoutMs: 2000, requestTimeoutMs: 4000, eventLoopDelayMs: 0 } },
  connections: { 'a-line': supply, 'b-line': supply },
  devices: { a: { driver: 'scpi-supply', connection: 'a-line' }, b: { driver: 'scpi-supply', connection: 'b-line' } },
});

async function attacked() {
  const file = join(temporaryFolder(), 'bellcrank.json');
  writeFileSync(file, config);
  const service = await startService(file);
  await allReady(service);
  const client = new Client(service.url);
  const attackers = new Attackers(Number(new URL(service.url).port));
  onTestFinished(() => {
    attackers.close();
    client.close();
  });
  // What is compiled and cached on the way is no part of what is measured.
  await client.work('a', 100);
  return { service, client, attackers, calm: await client.work('a', rounds), before: memoryOf(service.child.pid) };
}

function expectServed(calm: Measured, disturbed: Measured): void {
  expect(disturbed.refused).toEqual([]);
  const what = `p99 was ${p99(calm).toFixed(1)} ms undisturbed, and is ${p99(disturbed).toFixed(1)} ms`;
  expect(p99(disturbed), what).toBeLessThan(Math.max(most.ms, p99(calm) * most.times));
}

/** Everything is stopped, at once. */
async function expectStops({ url }: Service): Promise<void> {
  const hurried = new Client(url);
  const { status, ms } = await hurried.send('POST', '/v1/stop');
  expect(status).toBe(200);
  expect(ms).toBeLessThan(1000);
  expect((await hurried.send('DELETE', '/v1/stop')).status).toBe(204);
  hurried.close();
}

const command =
  'POST /v1/devices/a/commands/set-voltage HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n';

test('who sends a byte at a time, or nothing, keeps nobody else waiting', async () => {
  const { service, client, attackers, calm, before } = await attacked();
  await attackers.idle(1000);
  await attackers.dribble(100, 'GET /v1/devices HTTP/1.1\r\nhost: localhost\r\nx: ', 'y');
  await attackers.dribble(100, `${command}content-length: 60000\r\n\r\n`, ' ');
  expectServed(calm, await client.work('a', rounds));
  await expectStops(service);
  // Those who take too long for their headers are cut off.
  await expect.poll(() => attackers.ended, { timeout: 15_000 }).toBeGreaterThanOrEqual(100);
  expect(memoryOf(service.child.pid) - before).toBeLessThan(150);
});

test('bodies of 10 MB are turned away early, and leave nothing behind', async () => {
  const { service, client, attackers, calm, before } = await attacked();
  const bytes = 10_000_000;
  const plain = `${command}content-length: ${bytes}\r\n\r\n`;
  const chunked = `${command}transfer-encoding: chunked\r\n\r\n`;
  const inChunks = (chunk: string): string => `${chunk.length.toString(16)}\r\n${chunk}\r\n`;
  const poured = (async () => {
    const answers = [];
    for (let round = 0; round < 20; round++) {
      answers.push(
        await attackers.pour(plain, bytes, (chunk) => chunk),
        await attackers.pour(chunked, bytes, inChunks),
      );
    }
    return answers;
  })();
  expectServed(calm, await client.work('a', rounds));
  await expectStops(service);
  for (const { answer, sent } of await poured) {
    // Who goes on sending may be cut off before it has read the answer.
    if (answer !== '') expect(answer).toMatch(/^HTTP\/1\.1 413 [^]*"code":"payload-too-large"/);
    expect(sent).toBeLessThan(bytes);
  }
  expect((await poured).filter(({ answer }) => answer !== '').length).toBeGreaterThan(10);
  expect(memoryOf(service.child.pid) - before).toBeLessThan(150);
});

test('who follows the stream and reads nothing keeps nobody else waiting, and is kept nothing for', async () => {
  const { service, client, attackers, calm, before } = await attacked();
  const readers = 100;
  await attackers.readNothing(readers);
  const reading = await attackers.read();
  const other = new Client(service.url);
  // Each command is told to each of them, in about a thousand characters.
  const produced = other.work('b', rounds * 2);
  expectServed(calm, await client.work('a', rounds));
  await expectStops(service);
  await produced;
  other.close();
  // What each of them has not read.
  expect((reading.bytes * readers) / 1e6).toBeGreaterThan(100);
  expect(memoryOf(service.child.pid) - before).toBeLessThan(200);
});
