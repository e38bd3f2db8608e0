import { trusted } from '../../src/access/caller.ts';
import { expect, test } from 'vitest';
import { delay } from '../../src/clock.ts';
import type { AnyDriver, ByteWire, Call, Clock } from '../../src/driver/index.ts';
import { createRig, MemoryLine } from '../support/rig.ts';
import { ToyDevice, toyDriver } from '../support/toy.ts';

async function readyToy(driver: AnyDriver = toyDriver()) {
  const toy = new ToyDevice();
  const line = new MemoryLine((far) => toy.serve(far));
  const rig = createRig(driver, { line }, [{ id: 'toy', connection: 'line' }]);
  await rig.until(() => rig.device('toy').reading('setpoint').quality === 'good');
  return { toy, rig };
}

/** A toy driver with one handler of the test's own. */
function withCommand(driver: AnyDriver, name: string, run: (call: Call<ByteWire>, clock: Clock) => Promise<unknown>) {
  const changed: AnyDriver = {
    ...driver,
    async attach(connection, options, context) {
      const session = await driver.attach(connection, options, context);
      const handler = (_: never, call: Call<ByteWire>): Promise<unknown> => run(call, context.clock);
      return { ...session, commands: { ...session.commands, [name]: handler } };
    },
  };
  return changed;
}

/** The line is in use for 800 ms, and the guard is longer than the 500 ms that the urgent command may take. */
async function busyToy() {
  const driver = withCommand(toyDriver({ guardMs: 900 }), 'pulse', async (call, clock) => {
    await call.wire.write(Buffer.from('PULSE\n'));
    await delay(clock, 800, call.signal);
    call.confirm('acknowledged');
    return {};
  });
  const { toy, rig } = await readyToy(driver);
  const flying = rig.submit('toy', 'pulse');
  await rig.until(() => toy.executed.length === 1);
  return { toy, rig, flying };
}

test('an urgent command that expires while it waits for the turnaround is not sent', async () => {
  const { toy, rig, flying } = await busyToy();
  const record = await rig.settled(rig.submit('toy', 'bang'));
  expect(record).toMatchObject({ outcome: 'not-sent', reason: 'expired' });
  expect((record.endedAt ?? 0) - record.submittedAt).toBe(500);
  expect(await rig.settled(flying)).toMatchObject({ outcome: 'succeeded' });
  expect(toy.executed).toEqual(['PULSE']);
});

test('an urgent command that is withdrawn while it waits for the turnaround is not sent', async () => {
  const { toy, rig, flying } = await busyToy();
  const client = new AbortController();
  const { signal: withdrawn } = client;
  const urgent = rig.pipeline.submit({
    device: 'toy',
    command: 'bang',
    params: {},
    caller: trusted('test'),
    withdrawn,
  });
  await rig.clock.advance(100);
  client.abort();
  expect(await rig.settled(urgent, 50)).toMatchObject({ outcome: 'not-sent', reason: 'cancelled' });
  expect(await rig.settled(flying)).toMatchObject({ outcome: 'succeeded' });
  expect(toy.executed).toEqual(['PULSE']);
});

test('waiting for the line in a yield does not count towards the deadline', async () => {
  const { toy, rig } = await readyToy();
  toy.held = [];
  const sweep = rig.submit('toy', 'sweep');
  const others = [rig.submit('toy', 'pulse'), rig.submit('toy', 'pulse')];
  // The two others take 360 ms; a step of the sweep may take 300.
  for (let replies = 1; replies <= 5; replies++) {
    await rig.until(() => toy.executed.length === replies);
    await rig.clock.advance(180);
    toy.held.shift()?.();
  }
  expect(await rig.settled(sweep)).toMatchObject({ outcome: 'succeeded' });
  for (const other of await rig.settled(Promise.all(others))) expect(other).toMatchObject({ outcome: 'succeeded' });
  expect(toy.executed).toEqual(['SET 1', 'PULSE', 'PULSE', 'SET 2', 'SET 3']);
});

test('a long command that yields takes up the line again although the queue is full', async () => {
  const driver = toyDriver();
  // In the gap after an exchange nobody is given the line, so the queue is still full when the yield enters it.
  const { toy, rig } = await readyToy({ ...driver, timing: { ...driver.timing, gapMs: 5 } });
  toy.held = [];
  const sweep = rig.submit('toy', 'sweep');
  await rig.until(() => toy.executed.length === 1);
  const others = Array.from({ length: 64 }, () => rig.submit('toy', 'set', { value: 50 }));
  await rig.clock.advance(1);
  await expect(rig.submit('toy', 'set', { value: 50 })).rejects.toMatchObject({ code: 'queue-full' });
  toy.release();
  expect(await rig.settled(sweep)).toMatchObject({ outcome: 'succeeded' });
  for (const other of await rig.settled(Promise.all(others))) expect(other).toMatchObject({ outcome: 'succeeded' });
  expect(toy.executed).toHaveLength(67);
});

test('a yield that nobody awaits does not keep the line for ever', async () => {
  const driver = withCommand(toyDriver(), 'sweep', async (call) => {
    await call.wire.write(Buffer.from('SWEEP\n'));
    void call.yield();
    call.confirm('acknowledged');
    return {};
  });
  const { toy, rig } = await readyToy(driver);
  toy.held = [];
  const commands = ['pulse', 'sweep', 'pulse'].map((command) => rig.submit('toy', command));
  await rig.until(() => toy.executed.length === 1);
  toy.release();
  for (const record of await rig.settled(Promise.all(commands))) expect(record).toMatchObject({ outcome: 'succeeded' });
  await rig.clock.advance(10);
  expect(rig.device('toy').lane.inFlight).toBe(0);
  expect(await rig.settled(rig.submit('toy', 'ask'))).toMatchObject({ outcome: 'succeeded' });
});

test('a stop aborts an urgent command that is under way without a turn, and nothing of it leaves afterwards', async () => {
  const driver = withCommand(toyDriver(), 'bang', async (call, clock) => {
    await call.wire.write(Buffer.from('!\n'));
    await delay(clock, 100, call.signal);
    await call.wire.write(Buffer.from('SET 9\n'));
    return {};
  });
  const { toy, rig } = await readyToy(driver);
  const urgent = rig.submit('toy', 'bang');
  await rig.until(() => toy.executed.includes('!'));
  expect(rig.device('toy').lane.inFlight).toBe(0);
  const stopped = rig.device('toy').stop('stop');
  expect(await rig.settled(urgent, 50)).toMatchObject({ outcome: 'unknown', error: { code: 'stopped' } });
  await rig.settled(stopped);
  await rig.clock.advance(200);
  expect(toy.executed).toEqual(['!', 'STOP']);
});
