import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startService } from '../process/service.ts';
import { temporaryFolder } from '../wire/support.ts';

const count = 5000;

test('whoever asks for something while a long file is read again waits for a small part of that', async () => {
  const file = join(temporaryFolder(), 'bellcrank.yaml');
  const options = (nth: number): string =>
    `{ device: d${nth}, correlation: field, request: 'r/{device}', response: 'a/{device}', methods: { get: { summary: What it is, effect: read } } }`;
  const device = (nth: number): string =>
    `  d${nth}: { driver: mqtt-rpc, connection: broker, options: ${options(nth)} }\n`;
  const devices = Array.from({ length: count }, (_, nth) => device(nth)).join('');
  // Nobody is there: what counts is that somebody is asked.
  writeFileSync(file, `connections: { broker: { mqtt: { url: 'mqtt://127.0.0.1:1' } } }\ndevices:\n${devices}`);
  const service = await startService(file);
  appendFileSync(file, device(count));
  const began = performance.now();
  const state = { over: false };
  const reloaded = service.post('/v1/config/reload', {}).finally(() => (state.over = true));
  let longestMs = 0;
  while (!state.over) {
    const asked = performance.now();
    await service.get('/health/live');
    longestMs = Math.max(longestMs, performance.now() - asked);
  }
  expect(await reloaded).toMatchObject({ status: 200, body: { devices: { added: [{ id: `d${count}` }] } } });
  expect(longestMs).toBeLessThan((performance.now() - began) / 3);
}, 60_000);
