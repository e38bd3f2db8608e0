import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test, vi } from 'vitest';
import { allReady, type Service, startService } from './service.ts';

// Sixteen devices on a dozen wires take their time on a machine that does other things.
vi.setConfig({ testTimeout: 60_000 });

const lab = 'examples/lab/bellcrank.yaml';

interface Reading {
  readonly value: unknown;
  readonly quality: string;
  readonly simulated: boolean;
}

const folder = mkdtempSync(join(tmpdir(), 'bellcrank-lab-'));
let shared: Promise<Service> | undefined;

afterAll(async () => {
  await (await shared)?.end('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

async function startLab(
  ...settings: [env?: Record<string, string>, how?: { endsWithTest: boolean; program: string }]
): Promise<Service> {
  const service = await startService(lab, ...settings);
  await allReady(service);
  return service;
}

/** One lab for whatever leaves it fit for others, from the source, as a checkout runs. */
async function theLab(): Promise<Service> {
  shared ??= startLab({ BELLCRANK_STORE__DIRECTORY: folder }, { endsWithTest: false, program: 'src/main.ts' });
  return await shared;
}

const problem = (pointer: string) => ({
  status: 400,
  body: { code: 'invalid-request', status: 400, errors: [expect.objectContaining({ pointer })] },
});

test('the supply: a typed command reaches a real wire and comes back', async () => {
  const service = await theLab();
  const setVoltage = '/v1/devices/psu-1/commands/set-voltage';
  expect(await service.post(setVoltage, { volts: 5 })).toMatchObject({
    status: 200,
    body: { outcome: 'succeeded', confirmation: 'acknowledged', simulated: true },
  });
  const measured = () => service.get<Reading>('/v1/devices/psu-1/properties/measured-voltage?maxAgeMs=0');
  await expect.poll(measured, { timeout: 5000 }).toMatchObject({ value: 5, quality: 'good', simulated: true });
  expect(await service.post(setVoltage, { volts: -1 })).toMatchObject(problem('/volts'));
  expect(await service.post(setVoltage, { volts: null })).toMatchObject(problem('/volts'));
  expect(await service.post(setVoltage, { volts: 5, x: 1 })).toMatchObject(problem('/x'));
});

test('an oven that gets too hot is an alarm', async () => {
  const service = await startLab();
  const alarms = () => service.get<{ items: readonly { id: string }[] }>('/v1/alarms?open=true');
  expect(await alarms()).toEqual({ items: [] });
  const heated = { method: 'PATCH', headers: { 'content-type': 'application/json' }, body: '{"temperature":200}' };
  expect((await fetch(`${service.url}/v1/simulators/oven-2/state`, heated)).status).toBe(200);
  const hot = { alarm: 'oven-too-hot', device: 'oven-2', state: 'active', limit: 90, unit: '°C', simulated: true };
  await expect.poll(alarms, { timeout: 20_000 }).toMatchObject({ items: [hot] });
});

test('the plug: the same over MQTT', async () => {
  const service = await theLab();
  const power = '/v1/devices/plug-1/commands/power';
  for (const on of [true, false]) {
    expect(await service.post(power, { on })).toMatchObject({
      status: 200,
      body: { outcome: 'succeeded', confirmation: 'confirmed', result: { on } },
    });
    expect(await service.get('/v1/devices/plug-1/properties/power')).toMatchObject({ value: on, source: 'pushed' });
  }
  expect(await service.post('/v1/devices/plug-1/commands/toggle', {})).toMatchObject({
    body: { result: { on: true } },
  });
  expect(await service.post(power, { on: -1 })).toMatchObject(problem('/on'));
  expect(await service.post(power, { on: null })).toMatchObject(problem('/on'));
  expect(await service.post(power, { on: true, x: 1 })).toMatchObject(problem('/x'));
});

test('what announces itself in the house is there, typed, and says how far a command is known', async () => {
  const service = await theLab();
  const writes = [
    ['light', 'brightness', 100, 'acknowledged', 255],
    ['shellysim-aaaaaaaaaaa1', 'switch-0', true, 'confirmed', 1],
    ['simulated-thermostat', 'climate-setpoint', 22.5, 'confirmed', 31],
    ['pump-skid', 'setpoints-speed', 1200, 'confirmed', 0.5],
    ['relay-board', 'setpoint', 25, 'confirmed', 31],
  ] as const;
  for (const [id, property, value, confirmation, wrong] of writes) {
    const path = `/v1/devices/${id}/properties/${property}`;
    const state = () => service.get<{ state: string }>(`/v1/devices/${id}`);
    await expect.poll(state, { timeout: 20_000 }).toMatchObject({ state: 'ready', simulated: true });
    expect(await service.put(path, { value })).toMatchObject({
      status: 200,
      body: { outcome: 'succeeded', confirmation, simulated: true },
    });
    expect(await service.put(path, { value: wrong })).toMatchObject(problem('/value'));
  }
  const { items } = await service.get<{ items: readonly { dialect: string; device: string | null }[] }>(
    '/v1/discovery',
  );
  expect(items.filter(({ device }) => device !== null).length).toBeGreaterThanOrEqual(8);
  // What is published for others is not found here.
  expect(items.filter(({ dialect }) => dialect === 'home-assistant' || dialect === 'homie')).toHaveLength(2);
});

test('limits and deny narrow a device, in its model and in OpenAPI', async () => {
  const service = await theLab();
  expect(await service.post('/v1/devices/psu-2/commands/set-voltage', { volts: 5.6 })).toMatchObject(problem('/volts'));
  expect(await service.post('/v1/devices/psu-2/commands/set-current', { amps: 1 })).toMatchObject({ status: 404 });
  const document = JSON.stringify(await service.get('/openapi.json?device=psu-2'));
  expect(document).toContain('"maximum":5.5');
  expect(document).not.toContain('/v1/devices/psu-2/commands/set-current');
});

test('the mill: homed, moved, and stopped with its position unknown', async () => {
  const service = await theLab();
  expect(await service.post('/v1/devices/mill-1/commands/move-to', { x: -10, feed: 3000 })).toMatchObject({
    body: { code: 'device-refused', outcome: 'refused' },
  });
  expect(await service.post('/v1/devices/mill-1/commands/home', {})).toMatchObject({ body: { outcome: 'succeeded' } });
  expect(await service.post('/v1/devices/mill-1/commands/move-to', { x: -10, feed: 3000 })).toMatchObject({
    status: 200,
    body: { outcome: 'succeeded', confirmation: 'confirmed', result: { x: -10 }, simulated: true },
  });
  expect(await service.post('/v1/devices/mill-1/stop', {})).toMatchObject({ body: { outcome: 'succeeded' } });
  const known = () => service.get<Reading>('/v1/devices/mill-1/properties/position-known');
  await expect.poll(known, { timeout: 10_000 }).toMatchObject({ value: false });
});

test('the ovens: two units on one line, each with its own answers', async () => {
  const service = await theLab();
  const setpoints = { 'oven-1': 80, 'oven-2': 120.5 };
  const write = async ([oven, value]: [string, number]) =>
    await service.put(`/v1/devices/${oven}/properties/setpoint`, { value });
  for (const answer of await Promise.all(Object.entries(setpoints).map(write))) {
    expect(answer).toMatchObject({ status: 200, body: { outcome: 'succeeded', confirmation: 'confirmed' } });
  }
  for (const [oven, value] of Object.entries(setpoints)) {
    expect(await service.get(`/v1/devices/${oven}/properties/setpoint?maxAgeMs=0`)).toMatchObject({
      value,
      unit: '°C',
    });
  }
});

test('the receiver tells where it is, unasked', async () => {
  const service = await theLab();
  const position = () => service.get<Reading>('/v1/devices/gps-1/properties/position');
  await expect
    .poll(position, { timeout: 10_000 })
    .toMatchObject({ quality: 'good', source: 'pushed', simulated: true });
});

test('the stirrer has no code, and everything all the same', async () => {
  const service = await theLab();
  const stirrer = '/v1/devices/stirrer-1';
  expect(await service.put(`${stirrer}/properties/setpoint`, { value: 600 })).toMatchObject({
    status: 200,
    body: { outcome: 'succeeded', confirmation: 'confirmed' },
  });
  expect(await service.put(`${stirrer}/properties/setpoint`, { value: 2001 })).toMatchObject(problem('/value'));
  expect(await service.post(`${stirrer}/commands/start`, {})).toMatchObject({ body: { outcome: 'succeeded' } });
  const speed = () => service.get<Reading>(`${stirrer}/properties/speed?maxAgeMs=0`);
  await expect.poll(async () => Number((await speed()).value), { timeout: 10_000 }).toBeGreaterThan(500);
  expect(await service.post(`${stirrer}/commands/count-revolutions`, {})).toMatchObject({
    body: { result: { revolutions: 40_123 } },
  });
  const document = JSON.stringify(await service.get('/openapi.json?device=stirrer-1'));
  expect(document).toContain('/v1/devices/stirrer-1/commands/count-revolutions');
});

test('what the service prints to try works as it stands', async () => {
  const service = await theLab();
  const lines = service
    .stdout()
    .split('\n')
    .filter((line) => line.startsWith('  curl '));
  expect(lines).toHaveLength(4);
  for (const line of lines) {
    const answer = execFileSync('sh', ['-c', line], { encoding: 'utf8' });
    expect(JSON.parse(answer)).not.toHaveProperty('code');
  }
});

test('SIGTERM: within 2 s, every port released, every queued command not-sent', async () => {
  const service = await startLab();
  const ptys = ptysOf(service.child.pid ?? 0);
  expect(ptys).not.toEqual([]);
  // Else a quick one may be through with all of them before anybody looks.
  const slow = { faults: [{ kind: 'delay', ms: 100 }] };
  expect(await service.put('/v1/simulators/psu-1/faults', slow)).toMatchObject({ status: 200 });
  const flood = Array.from({ length: 40 }, (_, index) =>
    service.post('/v1/devices/psu-1/commands/set-voltage', { volts: index / 10 }),
  );
  await expect
    .poll(async () => (await service.get<{ waiting: number }>('/v1/devices/psu-1')).waiting, { interval: 1 })
    .toBeGreaterThan(2);
  const { code, ms } = await service.end('SIGTERM');
  expect(code).toBe(0);
  expect(ms).toBeLessThan(2000);
  const answers = (await Promise.all(flood)).map(({ body }) => body);
  const outcomes = new Set(answers.map((answer) => answer['outcome']));
  for (const answer of answers.filter(({ outcome }) => outcome === 'not-sent')) {
    expect(answer).toMatchObject({ code: 'shutting-down', reason: 'shutdown', retryable: true });
  }
  expect(outcomes).toContain('not-sent');
  expect([...outcomes].every((outcome) => ['succeeded', 'not-sent', 'unknown'].includes(String(outcome)))).toBe(true);
  for (const pty of ptys) expect(readdirSync('/dev/pts')).not.toContain(pty);
});

/** The numbers of the pseudo-terminals that a process holds. */
function ptysOf(pid: number): string[] {
  const links = readdirSync(`/proc/${pid}/fd`).map((fd) => {
    try {
      return readlinkSync(`/proc/${pid}/fd/${fd}`);
    } catch {
      return '';
    }
  });
  return [...new Set(links.flatMap((link) => /^\/dev\/pts\/(\d+)$/.exec(link)?.[1] ?? []))];
}
