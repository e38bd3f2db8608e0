import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { built } from '../support/built.ts';
import { brokers } from '../wire/brokers.ts';
import { temporaryFolder } from '../wire/support.ts';
import { type Service, startService } from './service.ts';

/** A busy machine may take its time. */
const patience = { timeout: 40_000, interval: 50 };

/** Devices with a method each, and options of their own. */
function configured(count: number, url: string, protocolVersion: number): string {
  const file = join(temporaryFolder(), 'bellcrank.yaml');
  const device = (nth: number): string => {
    const methods = nth === 0 ? '&methods { get: { summary: What it is, effect: read } }' : '*methods';
    const topics = "correlation: field, request: 'rpc/{device}', response: 'rpc/{device}/answer'";
    return `  d${nth}: { driver: mqtt-rpc, connection: broker, options: { device: d${nth}, ${topics}, methods: ${methods} } }\n`;
  };
  const connection = `connections:\n  broker: { mqtt: { url: '${url}', protocolVersion: ${protocolVersion} } }\n`;
  writeFileSync(file, `${connection}devices:\n${Array.from({ length: count }, (_, nth) => device(nth)).join('')}`);
  return file;
}

/** How many are ready. */
async function readyOf({ url }: Service): Promise<number> {
  const answer = await fetch(`${url}/health/ready`);
  return ((await answer.json()) as { devices: { ready?: number } }).devices.ready ?? 0;
}

test('a file may hold ten thousand devices, each with options of its own', () => {
  const file = configured(10_000, 'mqtt://127.0.0.1:1', 5);
  const said = execFileSync(process.execPath, [built(), 'check', file], { encoding: 'utf8' });
  expect(said).toContain('  d9999: mqtt-rpc on broker\n');
}, 120_000);

describe.each(brokers.filter(({ skip }) => !skip))('$name', ({ start, protocolVersion }) => {
  test('thousands of configured devices become ready, and come back with their broker', async () => {
    const broker = await start();
    const service = await startService(configured(2000, broker.url, protocolVersion));
    await vi.waitFor(async () => expect(await readyOf(service)).toBe(2000), patience);
    await broker.stop();
    await vi.waitFor(async () => expect(await readyOf(service)).toBe(0), patience);
    await broker.start();
    await vi.waitFor(async () => expect(await readyOf(service)).toBe(2000), patience);
  }, 120_000);
});
