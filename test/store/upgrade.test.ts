import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { formatVersion } from '../../src/store/log/segment.ts';
import { allReady, type Service, startService } from '../process/service.ts';
import { temporaryFolder } from '../wire/support.ts';
import { run } from '../cli/run.ts';
import { built } from '../support/built.ts';
import { crc32 } from 'node:zlib';

/** A store as the version before left it when it was killed; `previous/make.ts` says how it was made. */
const previous = (name: string): string => fileURLToPath(new URL(`previous/${name}`, import.meta.url));

function copyOfPrevious(): string {
  const store = join(temporaryFolder(), 'data');
  cpSync(previous('store'), store, { recursive: true });
  return store;
}

function serve(store: string): Promise<Service> {
  return startService(previous('lab.yaml'), { BELLCRANK_STORE__DIRECTORY: store });
}

interface List {
  readonly items: readonly Readonly<Record<string, unknown>>[];
}

test(
  'the store of the version before opens: its commands, latches and devices are there',
  { timeout: 60_000 },
  async () => {
    const store = copyOfPrevious();
    const service = await serve(store);
    expect(await service.get('/v1/devices/latched')).toMatchObject({ stopped: true });
    expect(await service.get('/v1/devices/added')).toMatchObject({ managedBy: 'api', labels: { room: '2' } });
    await allReady(service);
    const { items } = await service.get<List>('/v1/commands?by=anonymous');
    expect(items).toMatchObject([
      {
        device: 'free',
        command: 'set-voltage',
        params: { volts: 6 },
        outcome: 'unknown',
        error: { code: 'interrupted' },
      },
      { device: 'latched', command: 'stop', outcome: 'succeeded' },
      { device: 'added', command: 'write:voltage-setpoint', params: { value: 7 }, outcome: 'succeeded' },
      { device: 'free', command: 'set-voltage', params: { volts: 5 }, outcome: 'succeeded' },
    ]);
    expect(await service.post('/v1/devices/latched/commands/set-voltage', { volts: 1 })).toMatchObject({ status: 423 });
    expect(await service.post('/v1/devices/free/commands/set-voltage', { volts: 1 })).toMatchObject({ status: 200 });
    await service.end('SIGTERM');
    expect(await run(built(), ['audit', 'verify', '--dir', store])).toMatchObject({ code: 0 });
  },
);

test('a store of a version to come is left alone, with what to do', { timeout: 60_000 }, async () => {
  const store = copyOfPrevious();
  const name = readdirSync(store).find((each) => each.endsWith('.log')) ?? '';
  const bytes = readFileSync(join(store, name));
  bytes.writeUInt32LE(formatVersion + 1, 8);
  bytes.writeUInt32LE(crc32(bytes.subarray(0, 28)), 28);
  writeFileSync(join(store, name), bytes);
  const service = await serve(store);
  const ready = await fetch(`${service.url}/health/ready`);
  expect(ready.status).toBe(503);
  const detail = expect.stringMatching(/written by a newer version of the service .* Run the newer version/s);
  expect(await ready.json()).toMatchObject({ journal: { status: 'unavailable', detail } });
  expect(await service.post('/v1/devices/free/commands/set-voltage', { volts: 1 })).toMatchObject({
    status: 503,
    body: { code: 'journal-unavailable', outcome: 'not-sent', detail },
  });
  expect(await service.post('/v1/devices/free/stop', {})).toMatchObject({ status: 200 });
  await service.end('SIGTERM');
  expect(readdirSync(store).filter((each) => each.endsWith('.log'))).toEqual([name]);
  expect(readFileSync(join(store, name)).equals(bytes)).toBe(true);
});

test('readings of a version to come are left alone, and nothing else suffers', { timeout: 60_000 }, async () => {
  const store = copyOfPrevious();
  const db = new DatabaseSync(join(store, 'history.db'));
  db.exec('PRAGMA user_version = 99');
  db.close();
  const service = await serve(store);
  await allReady(service);
  const history = await fetch(`${service.url}/v1/devices/free/history/voltage-setpoint`);
  expect(history.status).toBe(503);
  expect(await history.json()).toMatchObject({ detail: expect.stringContaining('newer version') });
  expect(await service.post('/v1/devices/free/commands/set-voltage', { volts: 1 })).toMatchObject({ status: 200 });
});
