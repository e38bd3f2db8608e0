import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { scpiSupplySimulator } from '../../simulators/scpi-supply/index.ts';
import { memoryPair } from '../../simulators/wire/memory.ts';
import { listenTcp } from '../../simulators/wire/tcp.ts';
import { systemClock } from '../../src/clock.ts';
import { temporaryFolder } from '../wire/support.ts';
import { allReady, type Service, startService } from './service.ts';

const yaml = `connections:
  one: { simulate: { model: scpi-supply, via: tcp, options: { outputOn: true } } }
  two: { simulate: { model: scpi-supply, via: tcp, options: { outputOn: true } } }
  three: { simulate: { model: scpi-supply, via: tcp } }
devices:
  psu-1: { driver: scpi-supply, connection: one }
  psu-2: { driver: scpi-supply, connection: two, onShutdown: stop }
`;

function files() {
  const folder = temporaryFolder();
  const config = join(folder, 'bellcrank.yaml');
  writeFileSync(config, yaml);
  return { config, env: { BELLCRANK_STORE__DIRECTORY: join(folder, 'data') } };
}

async function ask(service: Service, method: string, path: string, body?: unknown, headers: object = {}) {
  const response = await fetch(service.url + path, {
    method,
    headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text === '' ? undefined : JSON.parse(text) };
}

test('after kill -9 latches hold, dead men have stopped, keys and devices are known', { timeout: 60_000 }, async () => {
  const { config, env } = files();
  const before = await startService(config, env);
  await allReady(before);
  await ask(before, 'POST', '/v1/devices', { id: 'added', driver: 'scpi-supply', connection: 'three' });
  await allReady(before);
  const key = { 'idempotency-key': '"order-17"' };
  const set = '/v1/devices/added/commands/set-voltage';
  const first = await ask(before, 'POST', set, { volts: 4 }, key);
  expect(first.body).toMatchObject({ outcome: 'succeeded' });
  await ask(before, 'POST', '/v1/devices/psu-1/stop');
  const lease = await ask(before, 'PUT', '/v1/devices/psu-2/lease', { ttlMs: 300, onExpiry: 'stop' });
  expect(lease.status).toBe(201);
  await before.end('SIGKILL');

  const after = await startService(config, env);
  await allReady(after);
  expect(await after.get('/v1/devices/psu-1')).toMatchObject({ stopped: true });
  expect(await after.get('/v1/devices/psu-2')).toMatchObject({ stopped: true });
  expect(await after.get('/v1/devices/added')).toMatchObject({ stopped: false, managedBy: 'api' });
  // Both were told to stop when they came back.
  const stops = () => after.get<{ items: unknown[] }>('/v1/commands?command=stop&by=bellcrank');
  await expect.poll(async () => (await stops()).items).toHaveLength(2);
  expect((await stops()).items).toMatchObject([{ outcome: 'succeeded' }, { outcome: 'succeeded' }]);
  expect(await ask(after, 'GET', '/v1/devices/psu-2/properties/output-enabled?maxAgeMs=0')).toMatchObject({
    body: { value: false },
  });
  const again = await ask(after, 'POST', set, { volts: 4 }, key);
  expect(again.headers.get('idempotency-replayed')).toBe('true');
  expect(again.body).toEqual(first.body);
  expect((await ask(after, 'POST', '/v1/devices/psu-1/commands/output', { on: true })).status).toBe(423);
  expect((await ask(after, 'DELETE', '/v1/devices/psu-1/stop')).status).toBe(204);
  expect((await ask(after, 'POST', '/v1/devices/psu-1/commands/output', { on: true })).status).toBe(200);
  const history = await after.get<{ items: unknown[] }>('/v1/devices/psu-1/history/measured-voltage');
  expect(history.items.length).toBeGreaterThan(0);

  // The end of the service stops what is configured so, and that is on record; it is no latch.
  await ask(after, 'DELETE', '/v1/stop');
  expect((await after.end('SIGTERM')).code).toBe(0);
  const last = await startService(config, env);
  const page = await last.get<{ items: unknown[] }>('/v1/commands?command=stop&device=psu-2&limit=1');
  expect(page.items).toMatchObject([{ outcome: 'succeeded', params: { cause: 'the service ends' } }]);
  expect(await last.get('/v1/devices/psu-2')).toMatchObject({ stopped: false });
});

test('a folder that another process uses: red, refusing, stoppable, and well as soon as it is free', async () => {
  const { config, env } = files();
  const owner = await startService(config, env);
  await allReady(owner);
  const second = await startService(config, env);
  await allReady(second);
  expect(second.stdout()).toMatch(
    /nothing but a stop until this is mended: the journal in .* is in use by another process/,
  );
  expect(second.stdout()).not.toContain('Try:');
  const ready = await ask(second, 'GET', '/health/ready');
  expect(ready.status).toBe(503);
  expect(ready.body).toMatchObject({ journal: { detail: expect.stringContaining('another process') as unknown } });
  const set = '/v1/devices/psu-1/commands/set-voltage';
  expect(await ask(second, 'POST', set, { volts: 4 })).toMatchObject({
    status: 503,
    body: { code: 'journal-unavailable', outcome: 'not-sent' },
  });
  expect(await ask(second, 'GET', '/v1/devices/psu-1/properties/voltage-setpoint?maxAgeMs=0')).toMatchObject({
    status: 200,
  });
  expect(await ask(second, 'POST', '/v1/devices/psu-1/stop')).toMatchObject({
    body: { outcome: 'succeeded', recorded: false },
  });
  await owner.end('SIGKILL');
  await expect.poll(async () => (await ask(second, 'GET', '/health/ready')).status, { timeout: 10_000 }).toBe(200);
  // What was stopped meanwhile still is, now on record.
  expect((await ask(second, 'POST', set, { volts: 4 })).status).toBe(423);
  expect((await ask(second, 'DELETE', '/v1/devices/psu-1/stop')).status).toBe(204);
  expect((await ask(second, 'POST', set, { volts: 4 })).status).toBe(200);
}, 60_000);

test('the end of the service stops a device that hears and does not answer, within two seconds', async () => {
  const heard: string[] = [];
  let isHung = false;
  const listener = await listenTcp();
  onTestFinished(() => listener.close());
  const simulator = scpiSupplySimulator.create({ clock: systemClock, seed: 1, options: {} });
  onTestFinished(() => simulator.close());
  listener.onConnection((far) => {
    const wire = memoryPair('supply');
    if (simulator.wire.shape === 'bytes') simulator.wire.serve(wire.far);
    far.onData((chunk) => {
      heard.push(...Buffer.from(chunk).toString('latin1').trim().split('\n'));
      if (!isHung) void wire.near.write(chunk).catch(() => {});
    });
    wire.near.onData((chunk) => void far.write(chunk).catch(() => {}));
  });
  const folder = temporaryFolder();
  const config = join(folder, 'bellcrank.yaml');
  writeFileSync(
    config,
    `connections:
  line: { tcp: { host: ${listener.host}, port: ${listener.port} }, simulated: true }
devices:
  psu: { driver: scpi-supply, connection: line, onShutdown: stop }
`,
  );
  const service = await startService(config);
  await allReady(service);
  isHung = true;
  heard.length = 0;
  const flying = ask(service, 'POST', '/v1/devices/psu/commands/set-voltage', { volts: 4 });
  await expect.poll(() => heard.length).toBeGreaterThan(0);
  const { code, ms } = await service.end('SIGTERM');
  expect(code).toBe(0);
  expect(ms).toBeLessThan(2500);
  expect(heard).toContain('OUTP OFF');
  // A poll may have been in its way.
  expect(['unknown', 'not-sent']).toContain((await flying).body.outcome);
});
