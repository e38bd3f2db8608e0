import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import {
  BellcrankProblem,
  CommandNotSent,
  CommandRefused,
  CommandUnknown,
  connect,
  type Device,
  type Lab,
  type StreamEvent,
  Unreachable,
} from '../../src/client/index.ts';
import { allReady, type Service, startService } from '../process/service.ts';
import { relay } from '../support/relay.ts';

/** The client, against a service that runs as a process of its own. */

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const config = `
connections:
  psu-line: { simulate: { model: scpi-supply, via: memory, seed: 1, options: { outputOn: true } } }
  mill-line: { simulate: { model: grbl, via: memory, seed: 1 } }
devices:
  psu-1: { driver: scpi-supply, connection: psu-line, labels: { bench: left } }
  mill-1: { driver: grbl, connection: mill-line }
`;

/** As `bellcrank client` prints them, in short. */
interface Devices {
  'psu-1': {
    commands: { setVoltage: { params: { volts: number }; result: Record<string, never> } };
    properties: { measuredVoltage: { read: number }; voltageSetpoint: { read: number; write: number } };
    events: { deviceError: { code: number; text: string } };
  };
  'mill-1': {
    commands: { moveTo: { params: { x: number; feed: number }; result: { x: number } }; jog: Jog };
    properties: { state: { read: string } };
    events: {};
  };
}

interface Jog {
  params: { x: number; feed: number; mode: 'relative' };
  result: { x: number };
}

const folder = mkdtempSync(join(tmpdir(), 'bellcrank-client-'));
const file = join(folder, 'bellcrank.yaml');
let service: Service;
let lab: Lab<Devices>;
let psu: Device<Devices['psu-1']>;

beforeAll(async () => {
  writeFileSync(file, config);
  service = await startService(file, { BELLCRANK_STORE__DIRECTORY: join(folder, 'data') }, { endsWithTest: false });
  await allReady(service);
  lab = connect<Devices>({ url: service.url });
  psu = lab.device('psu-1');
});
afterAll(async () => {
  await service?.end('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

const thrownBy = (promise: Promise<unknown>): Promise<unknown> => promise.catch((error: unknown) => error);

/** What goes wrong on a wire for as long as the test takes. */
async function faults(device: string, ...list: readonly object[]): Promise<void> {
  const path = `/v1/simulators/${device}/faults`;
  await lab.http.request('PUT', path, { body: { faults: list } });
  onTestFinished(async () => {
    await lab.http.request('DELETE', path);
    await allReady(service);
  });
}

test('succeeded: the command as a resource, and the values that it changed', async () => {
  const command = await psu.commands.setVoltage({ volts: 5 }, { idempotencyKey: 'once "only"' });
  expect(command).toMatchObject({ outcome: 'succeeded', params: { volts: 5 }, simulated: true });
  expect(await psu.commands.setVoltage({ volts: 5 }, { idempotencyKey: 'once "only"' })).toEqual(command);
  expect(await lab.command(command.id)).toEqual(command);
  expect(await psu.properties.voltageSetpoint.read({ maxAgeMs: 0 })).toMatchObject({ value: 5, unit: 'V' });
  expect(await psu.properties.voltageSetpoint.write(6)).toMatchObject({ command: 'write:voltage-setpoint' });
  await expect.poll(async () => (await psu.properties.measuredVoltage.read({ maxAgeMs: 0 })).value).toBe(6);
  expect((await psu.properties.measuredVoltage.history({ limit: 5 })).items.length).toBeGreaterThan(0);
  expect((await psu.properties.measuredVoltage.buckets({ points: 5 })).buckets[0]).toHaveProperty('mean');
  expect((await lab.devices({ label: 'bench=left' })).map(({ id }) => id)).toEqual(['psu-1']);
  const { items } = await lab.commands({ device: 'psu-1', outcome: 'succeeded', limit: 1 });
  expect(items).toMatchObject([{ command: 'write:voltage-setpoint' }]);
  expect((await psu.readings()).map(({ name }) => name)).toContain('measured-voltage');
});

test('a dry run says what would leave, and nothing does', async () => {
  const planned = await psu.commands.setVoltage.dryRun({ volts: 1.5 });
  expect(planned).toMatchObject({ dryRun: true, allowed: true, simulated: true });
  expect(planned.writes).toContainEqual(expect.objectContaining({ text: 'VOLT 1.5\n' }));
  expect(await psu.properties.voltageSetpoint.dryRun(2)).toMatchObject({ command: 'write:voltage-setpoint' });
});

test('invalid: with a pointer to what is wrong, and no outcome', async () => {
  const error = await thrownBy(psu.commands.setVoltage({ volts: 1000 }));
  expect(error).toBeInstanceOf(BellcrankProblem);
  expect(error).toMatchObject({ code: 'invalid-request', outcome: undefined, errors: [{ pointer: '/volts' }] });
});

test('names that there are not: told with those that there are', async () => {
  const any = connect({ url: service.url });
  await expect(any.device('psu-1').commands['setVolts']?.({})).rejects.toThrow(
    'device psu-1 has no command "setVolts"; it has output, setCurrent, setVoltage',
  );
  await expect(any.device('psu-9').commands['setVoltage']?.({})).rejects.toMatchObject({ code: 'device-not-found' });
  expect(await any.device('psu-1').commands['set-voltage']?.({ volts: 1 })).toMatchObject({ outcome: 'succeeded' });
});

test('refused: with what the device said, and the command', async () => {
  await faults('psu-1', { kind: 'nak', match: 'VOLT' });
  const error = await thrownBy(psu.commands.setVoltage({ volts: 7 }));
  expect(error).toBeInstanceOf(CommandRefused);
  expect(error).toMatchObject({
    code: 'device-refused',
    status: 409,
    command: { outcome: 'refused', simulated: true },
  });
});

test('unknown: neither success nor failure', async () => {
  await faults('psu-1', { kind: 'delay', ms: 60_000, direction: 'heard', match: 'VOLT 8' });
  const error = await thrownBy(psu.commands.setVoltage({ volts: 8 }));
  expect(error).toBeInstanceOf(CommandUnknown);
  expect(error).toMatchObject({ code: 'device-timeout', command: { outcome: 'unknown' }, retryable: false });
});

test('a command that is not waited for is followed to its end', async () => {
  const sent = await psu.commands.setVoltage({ volts: 3 }, { async: true });
  expect(['queued', 'sent', 'ended']).toContain(sent.state);
  expect(await lab.ended(sent.id)).toMatchObject({ state: 'ended', outcome: 'succeeded' });
});

test('not sent: somebody else has the lease, and who has it may', async () => {
  const lease = await psu.lease({ ttlMs: 60_000, note: 'mine' });
  expect(await psu.leasedBy()).toMatchObject({ note: 'mine', simulated: true });
  const error = await thrownBy(psu.commands.setVoltage({ volts: 4 }));
  expect(error).toBeInstanceOf(CommandNotSent);
  expect(error).toMatchObject({ code: 'leased', reason: 'leased' });
  expect(await psu.under(lease).commands.setVoltage({ volts: 4 })).toMatchObject({ outcome: 'succeeded' });
  await lease.renew();
  await lease.release();
  expect(await psu.leasedBy()).toBeNull();
  await expect(lease.renew()).rejects.toMatchObject({ code: 'precondition-failed' });
});

test('a lease is kept for longer than it lasts, and given back', async () => {
  const { promise: renewed, resolve } = Promise.withResolvers<unknown>();
  const controller = new AbortController();
  const watch = async (): Promise<void> => {
    const events = lab.stream({ device: 'psu-1', type: 'lease' }, { signal: controller.signal });
    let renewals = 0;
    for await (const { type, data } of events) {
      if (type === 'lease' && data.change === 'renewed' && ++renewals === 4) resolve(data);
    }
  };
  const watching = watch();
  const result = await psu.hold({ ttlMs: 1500 }, async (held) => {
    await renewed;
    return await held.commands.setVoltage({ volts: 2 });
  });
  expect(result).toMatchObject({ outcome: 'succeeded' });
  expect(await psu.leasedBy()).toBeNull();
  controller.abort();
  await watching;
});

test('stop: it is told, latches, and is released', async () => {
  expect(await psu.stop()).toMatchObject({ device: 'psu-1', stopped: true, outcome: 'succeeded', simulated: true });
  const error = await thrownBy(psu.commands.setVoltage({ volts: 4 }));
  expect(error).toMatchObject({ name: 'CommandNotSent', code: 'stopped' });
  await psu.release();
  const { items, everything, left } = await lab.stop();
  expect(items.map(({ device }) => device).sort()).toEqual(['mill-1', 'psu-1']);
  expect([everything, left]).toEqual([true, 0]);
  await lab.release();
  expect(await psu.commands.setVoltage({ volts: 4 })).toMatchObject({ outcome: 'succeeded' });
});

test('a command that waits is withdrawn; one that runs is asked to end', async () => {
  await faults('psu-1', { kind: 'delay', ms: 60_000, direction: 'heard', match: 'VOLT 9' });
  const first = await psu.commands.setVoltage({ volts: 9 }, { async: true });
  const second = await psu.commands.setVoltage({ volts: 1 }, { async: true });
  expect(await lab.cancel(second.id)).toBe('withdrawn');
  expect(await lab.ended(second.id)).toMatchObject({ outcome: 'not-sent', reason: 'cancelled' });
  expect(await lab.ended(first.id)).toMatchObject({ outcome: 'unknown' });
  const mill = lab.device('mill-1');
  await expect.poll(async () => (await mill.get()).state).toBe('ready');
  const jog = await mill.commands.jog({ x: 200, feed: 100, mode: 'relative' }, { async: true });
  await expect.poll(async () => (await lab.command(jog.id)).state).toBe('sent');
  expect(await lab.cancel(jog.id)).toBe('asked');
  expect((await lab.ended(jog.id)).outcome).toBe('failed');
  await expect(lab.cancel(jog.id)).rejects.toMatchObject({ code: 'already-sent' });
});

test('a property is watched from its value on, with what made it change', async () => {
  await psu.commands.setVoltage({ volts: 1 });
  const values = psu.properties.voltageSetpoint.watch()[Symbol.asyncIterator]();
  expect(await values.next()).toMatchObject({ value: { device: 'psu-1', unit: 'V', simulated: true } });
  const { id } = await psu.properties.voltageSetpoint.write(2.5);
  for (;;) {
    const { value: reading } = await values.next();
    if (reading?.value !== 2.5) continue;
    expect(reading.cause).toEqual({ kind: 'command', commandId: id });
    break;
  }
  await values.return?.();
});

/** Commands’ states as the stream tells them, until that of `last` has ended. */
async function states(events: AsyncIterator<StreamEvent>, last: () => string | undefined): Promise<string[]> {
  const seen: string[] = [];
  for (;;) {
    const { value: event } = await events.next();
    if (event?.type === 'gap') seen.push('gap');
    if (event?.type !== 'command') continue;
    seen.push(`${event.data.id} ${event.data.state}`);
    if (event.data.id === last() && event.data.state === 'ended') return seen;
  }
}

test('a stream whose connection breaks misses nothing', async () => {
  const cable = await relay(service.url);
  const controller = new AbortController();
  onTestFinished(() => controller.abort());
  const opened: string[] = [];
  const far = connect<Devices>({ url: cable.url, random: () => 0 });
  const options = { signal: controller.signal, onState: (state: string) => opened.push(state) };
  const events = far.stream({ device: 'psu-1', type: 'command' }, options)[Symbol.asyncIterator]();
  for (;;) if ((await events.next()).value?.type === 'synced') break;
  let last: string | undefined;
  const all = states(events, () => last);
  const ids: string[] = [];
  for (let volts = 1; volts <= 6; volts += 1) {
    if (volts === 3) cable.cut(true);
    if (volts === 5) cable.mend();
    ids.push((await psu.commands.setVoltage({ volts })).id);
  }
  last = ids.at(-1);
  const { id } = await psu.commands.setVoltage({ volts: 1 });
  last = id;
  const told = await all;
  expect(told).toEqual([...ids, id].flatMap((one) => ['queued', 'sent', 'ended'].map((state) => `${one} ${state}`)));
  expect(opened.filter((state) => state === 'open').length).toBeGreaterThan(1);
});

test('a service that starts anew: the stream tells the gap, and then how things stand', async () => {
  const env = { BELLCRANK_STORE__DIRECTORY: join(folder, 'other') };
  const before = await startService(file, env);
  await allReady(before);
  const cable = await relay(before.url);
  const controller = new AbortController();
  onTestFinished(() => controller.abort());
  const far = connect<Devices>({ url: cable.url, random: () => 0 });
  const events = far.stream({ device: 'psu-1' }, { signal: controller.signal })[Symbol.asyncIterator]();
  for (;;) if ((await events.next()).value?.type === 'synced') break;
  const { id } = await far.device('psu-1').commands.setVoltage({ volts: 5 });
  await before.end('SIGKILL');
  expect(await thrownBy(connect({ url: before.url }).devices())).toMatchObject({ name: 'Unreachable', sent: 'no' });
  const after = await startService(file, env);
  cable.to(after.url);
  const types: string[] = [];
  for (;;) {
    const { value: event } = await events.next();
    if (event?.type === 'gap') expect(event.data.reload.join(' ')).toContain('/v1/commands');
    types.push(event?.type ?? '');
    if (event?.type === 'synced') break;
  }
  expect([...new Set(types.slice(types.lastIndexOf('gap')))]).toEqual(['gap', 'snapshot', 'synced']);
  expect(await far.command(id)).toMatchObject({ outcome: 'succeeded' });
});

test('nobody there', async () => {
  const error = await thrownBy(connect({ url: 'http://127.0.0.1:1' }).devices());
  expect(error).toBeInstanceOf(Unreachable);
});
