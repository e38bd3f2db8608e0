import { trusted } from '../../src/access/caller.ts';
import { expect, test } from 'vitest';
import type { AnyDriver, AnySession, ByteWire, Call } from '../../src/driver/index.ts';
import { BellcrankError } from '../../src/errors.ts';
import { FlakyStore } from '../support/flaky-store.ts';
import { httpOver } from '../support/http.ts';
import { createRig, MemoryLine } from '../support/rig.ts';
import { ToyDevice, toyDriver } from '../support/toy.ts';
import { Valve, valveDriver } from '../support/valve.ts';

/** What happens between two moments that belong together: a check and a byte, an answer and its record, two requests. */

async function readyToy(driver: AnyDriver = toyDriver()) {
  const store = new FlakyStore();
  const toy = new ToyDevice();
  const line = new MemoryLine((far) => toy.serve(far));
  const spare = new MemoryLine((far) => new ToyDevice().serve(far));
  const rig = createRig(driver, { line, spare }, [{ id: 'toy', connection: 'line' }], { store });
  await rig.until(() => rig.device('toy').reading('setpoint').quality === 'good');
  return { toy, line, rig, store };
}

/** The toy's driver with a session of its own making. */
function altered(change: (session: AnySession) => Partial<AnySession>): AnyDriver {
  const driver = toyDriver();
  return {
    ...driver,
    async attach(...args) {
      const session = await driver.attach(...args);
      return { ...session, ...change(session) };
    },
  };
}

const pulse = { device: 'toy', command: 'pulse', params: {}, caller: trusted('test') };

test('a lease that runs out while `sent` is being recorded: nothing leaves', async () => {
  const { toy, rig, store } = await readyToy();
  const { token } = await rig.settled(rig.leases.take('toy', { by: 'a', ttlMs: 200 }));
  store.mode = 'hangs';
  const { ended } = await rig.pipeline.start({ ...pulse, leaseToken: token });
  await rig.clock.advance(300);
  store.mend();
  expect(await rig.settled(ended)).toMatchObject({ outcome: 'not-sent', reason: 'leased' });
  expect(toy.executed).toEqual([]);
});

test('a long command whose lease is stolen while others have the line does not go on', async () => {
  const { toy, rig } = await readyToy();
  const { token } = await rig.settled(rig.leases.take('toy', { by: 'a', ttlMs: 60_000 }));
  toy.held = [];
  const { ended } = await rig.pipeline.start({ ...pulse, command: 'sweep', leaseToken: token });
  await rig.until(() => toy.executed.length === 1);
  await rig.settled(rig.leases.take('toy', { by: 'b', ttlMs: 60_000, steal: true }));
  toy.release();
  expect(await rig.settled(ended)).toMatchObject({ outcome: 'unknown', error: { code: 'leased' } });
  expect(toy.executed).toEqual(['SET 1']);
});

test('a late reply to a verified write does not make it succeed: nothing was read back', async () => {
  const valve = new Valve();
  const rig = createRig(
    {
      ...valveDriver,
      // The reply to the write decides, as drivers say whose writes have one.
      async attach(...args) {
        const session = await valveDriver.attach(...args);
        const tap = session.commands['tap'] as (params: object, call: object) => Promise<unknown>;
        return { ...session, write: { trim: async (_: never, call: never) => void (await tap({}, call)) } };
      },
    },
    { line: new MemoryLine((far) => valve.serve(far)) },
    [{ id: 'valve', connection: 'line' }],
  );
  await rig.until(() => rig.device('valve').reading('trim').quality === 'good');
  valve.held = [];
  const { record, ended } = await rig.pipeline.start({
    ...pulse,
    device: 'valve',
    command: 'write:trim',
    params: { value: 5 },
  });
  expect(await rig.settled(ended)).toMatchObject({ outcome: 'unknown' });
  valve.release();
  await rig.clock.advance(2000);
  expect(record.outcome).toBe('unknown');
  expect(rig.logged.some((line) => line.includes('was not read back'))).toBe(true);
});

test('an abort that is asked for before the first byte keeps it from leaving', async () => {
  const valve = new Valve();
  const store = new FlakyStore();
  const line = new MemoryLine((far) => valve.serve(far));
  const rig = createRig(valveDriver, { line }, [{ id: 'valve', connection: 'line' }], { store });
  await rig.until(() => rig.device('valve').reading('trim').quality === 'good');
  store.mode = 'hangs';
  const { record, ended } = await rig.pipeline.start({ ...pulse, device: 'valve', command: 'flush' });
  await rig.clock.advance(10);
  expect(rig.pipeline.cancel(record.id)).toBe('asked');
  store.mend();
  expect(await rig.settled(ended)).toMatchObject({ outcome: 'not-sent', reason: 'cancelled' });
  expect(valve.executed).toEqual([]);
});

test('a key that cannot be looked up in time: nothing is sent, then or later', async () => {
  const { toy, rig, store } = await readyToy();
  store.isBusy = true;
  const slow = rig.pipeline.start({ ...pulse, key: 'k', timeoutMs: 500 });
  await expect(rig.settled(slow)).rejects.toMatchObject({ code: 'journal-unavailable', outcome: 'not-sent' });
  // One that is found in time, but after the command's own.
  const late = rig.pipeline.start({ ...pulse, key: 'k' });
  const refused = expect(late).rejects.toMatchObject({ code: 'expired', outcome: 'not-sent' });
  await rig.clock.advance(2000);
  store.mend();
  await refused;
  await rig.clock.advance(2000);
  expect(toy.executed).toEqual([]);
});

test('a keyed command that waits for its lookup is not taken by a service that ends', async () => {
  const { toy, rig, store } = await readyToy();
  store.isBusy = true;
  const waiting = rig.pipeline.start({ ...pulse, key: 'k' });
  const refused = expect(waiting).rejects.toMatchObject({ code: 'shutting-down' });
  await rig.settled(rig.pipeline.close(100));
  store.mend();
  await refused;
  await rig.clock.advance(500);
  expect(toy.executed).toEqual([]);
});

test('a repetition whose command’s end is not on record hears so, and no invented failure', async () => {
  const { toy, rig, store } = await readyToy();
  const http = await httpOver(rig);
  const send = () =>
    rig.settled(
      http.inject({ method: 'POST', url: '/v1/devices/toy/commands/pulse', headers: { 'idempotency-key': '"k"' } }),
    );
  toy.held = [];
  const first = send();
  await rig.until(() => toy.executed.length === 1);
  store.fail();
  toy.release();
  const body = { code: 'journal-unavailable', outcome: 'unknown', retryable: false };
  expect((await first).json()).toMatchObject(body);
  expect((await send()).json()).toMatchObject(body);
  expect(toy.executed).toEqual(['PULSE']);
});

test('a stop does not join one that is under way if something was let through in between', async () => {
  const { toy, rig } = await readyToy();
  toy.held = [];
  const first = rig.stops.stop('toy', { by: 'test' });
  await rig.until(() => toy.executed.length === 1);
  await rig.settled(rig.stops.release('toy', 'test'));
  const bang = rig.submit('toy', 'bang');
  await rig.until(() => toy.executed.length === 2);
  const second = rig.stops.stop('toy', { by: 'test' });
  toy.release();
  await rig.settled(Promise.all([first, second, bang]));
  await rig.until(() => rig.device('toy').state === 'ready');
  expect(toy.executed).toEqual(['STOP', '!', 'STOP']);
});

test('a stop that breaks off the goodbye of a removed device reaches it', async () => {
  const detach = async (call: Call<ByteWire>): Promise<void> => {
    await call.wire.write(Buffer.from('BYE\n'));
    await new Promise((_, reject) => call.signal.addEventListener('abort', () => reject(new Error('broken off'))));
  };
  const { toy, rig } = await readyToy(altered(() => ({ detach })));
  const removed = rig.devices.remove('toy', { by: 'test' });
  await rig.until(() => toy.executed.includes('BYE'));
  expect((await rig.settled(rig.stops.stop('toy', { by: 'test' }))).record).toMatchObject({ outcome: 'succeeded' });
  await rig.settled(removed);
  expect(toy.executed).toEqual(['BYE', 'STOP']);
});

test('a stopped device that comes back and cannot even be told to stop is not taken', async () => {
  let failures = 1;
  const driver = altered((session) => ({
    async stop(call: never) {
      if (failures-- > 0) throw new BellcrankError('device-protocol', 'not now');
      await session.stop?.(call);
    },
  }));
  const { toy, rig, line } = await readyToy(driver);
  line.down = true;
  await line.cut();
  await rig.settled(rig.stops.stop('toy', { by: 'test' }));
  line.down = false;
  await rig.until(() => rig.device('toy').state === 'ready');
  expect(toy.executed).toEqual(['STOP']);
});

test('a stopped device is not removed, whatever is on record of it stays, and nothing breaks', async () => {
  const { rig, store } = await readyToy();
  const http = await httpOver(rig);
  const added = { id: 'added', driver: 'toy', connection: 'spare' };
  const json = { 'content-type': 'application/json' };
  const post = { method: 'POST', url: '/v1/devices', headers: json, payload: JSON.stringify(added) } as const;
  expect((await rig.settled(http.inject(post))).statusCode).toBe(201);
  const { token } = await rig.settled(rig.leases.take('added', { by: 'anonymous', ttlMs: 60_000 }));
  await rig.settled(rig.stops.stop('added', { by: 'test' }));
  // The disk takes its time, as disks do.
  store.mode = 'hangs';
  const removed = rig.devices.remove('added', { by: 'anonymous', leaseToken: token }).catch((error: unknown) => error);
  await rig.clock.advance(50);
  store.mend();
  expect(await rig.settled(removed)).toMatchObject({ code: 'stopped' });
  expect(store.facts.get('device:added')).toMatchObject({ id: 'added' });
  expect(store.facts.get('lease:added')).toBeDefined();
});

test('a refused change changes nothing, and of parallel changes none is lost', async () => {
  const { rig, store } = await readyToy();
  const manager = { by: 'test' };
  const add = (id: string, enabled: boolean) =>
    rig.devices.add({
      id,
      driver: 'toy',
      connection: 'spare',
      options: {},
      labels: {},
      restrictions: {},
      enabled,
      managedBy: 'api',
    });
  await rig.settled(add('one', true));
  await rig.settled(add('two', false));
  const taken = rig.devices.change('two', { enabled: true, labels: { a: 'b' } }, manager);
  await expect(rig.settled(taken)).rejects.toMatchObject({ code: 'connection-taken' });
  expect(store.facts.get('device:two')).toMatchObject({ enabled: false, labels: {} });
  expect(rig.device('two').labels).toEqual({});
  store.fail();
  const unkept = rig.devices.change('one', { enabled: false }, manager);
  await expect(rig.settled(unkept)).rejects.toMatchObject({ code: 'journal-unavailable' });
  expect(store.facts.get('device:one')).toMatchObject({ enabled: true });
  store.mend();
  const both = [{ enabled: false }, { labels: { room: 'lab' } }].map((change) =>
    rig.devices.change('one', change, manager),
  );
  await rig.settled(Promise.all(both));
  expect(store.facts.get('device:one')).toMatchObject({ enabled: false, labels: { room: 'lab' } });
  expect(rig.device('one')).toMatchObject({ labels: { room: 'lab' }, settings: { enabled: false } });
});

test('a device that is released after a stop of everything is not stopped again by a restart', async () => {
  const { toy, rig, store } = await readyToy();
  await rig.settled(rig.stops.stopAll({ by: 'test', cause: 'smoke' }));
  expect(rig.device('toy').latchedBy).toBe('test (smoke)');
  await expect(rig.submit('toy', 'pulse')).rejects.toMatchObject({
    code: 'stopped',
    message: expect.stringContaining('test (smoke)') as unknown,
  });
  await rig.settled(rig.stops.release('toy', 'test'));
  const line = new MemoryLine((far) => toy.serve(far));
  const after = createRig(toyDriver(), { line }, [{ id: 'toy', connection: 'line' }], { store });
  expect(after.stops.latchOf('toy')).toBeUndefined();
  expect(after.stops.latchOf('another')).toBe('test (smoke)');
  toy.executed.length = 0;
  await after.settled(after.control.restore());
  await after.until(() => after.device('toy').state === 'ready');
  expect(toy.executed).toEqual([]);
});
