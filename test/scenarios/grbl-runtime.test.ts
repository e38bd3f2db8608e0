import { trusted } from '../../src/access/caller.ts';
import { expect, test } from 'vitest';
import { job, readyMill } from '../support/grbl-mill.ts';

test('the state is polled steadily', async () => {
  const { rig, mill, port, clock } = await readyMill();
  port.heard.length = 0;
  await clock.advance(2000);
  const asked = port.heard.filter((byte) => byte === 0x3f).length;
  expect(asked).toBeGreaterThanOrEqual(7);
  expect(asked).toBeLessThanOrEqual(9);
  expect(port.heard.every((byte) => byte === 0x3f)).toBe(true);
  expect(mill.reading('overrides').value).toEqual({ feed: 100, rapid: 100, spindle: 100 });
  expect(mill.unmatched).toBe(0);
  expect(rig.device('mill').state).toBe('ready');
});

test('a long move is confirmed, whatever its time-out, and the position is told meanwhile', async () => {
  const { rig, mill, machine } = await readyMill();
  const move = rig.submit('mill', 'move-to', { x: 500, feed: 600 });
  await rig.until(() => machine.position[0] > 50, 60_000);
  const { x } = mill.reading('machine-position').value as { x: number };
  expect(x).toBeGreaterThan(40);
  const record = await rig.settled(move, 120_000);
  expect(record).toMatchObject({ outcome: 'succeeded', confirmation: 'confirmed', evidence: { x: 500 } });
  expect((record.endedAt ?? 0) - record.submittedAt).toBeGreaterThan(49_000);
});

test('a job is held, resumed and cancelled while it has the line', async () => {
  const { rig, machine, port, ready } = await readyMill();
  const submitted = await rig.pipeline.start({
    device: 'mill',
    command: 'run-job',
    params: job,
    caller: trusted('test'),
  });
  await rig.until(() => machine.state === 'Run');
  expect(await rig.settled(rig.submit('mill', 'hold'))).toMatchObject({ outcome: 'succeeded' });
  expect(machine).toMatchObject({ state: 'Hold', subState: 0 });
  // Much longer than the job may be without a sign of progress.
  await rig.clock.advance(300_000);
  expect(submitted.record.state).toBe('sent');
  expect(await rig.settled(rig.submit('mill', 'resume'))).toMatchObject({ outcome: 'succeeded' });
  expect(machine.state).toBe('Run');
  expect(rig.pipeline.cancel(submitted.record.id)).toBe('asked');
  const record = await rig.settled(submitted.ended);
  expect(record).toMatchObject({ outcome: 'failed', error: { code: 'cancelled' } });
  expect(machine.planner.isEmpty).toBe(true);
  expect(port.overflowed).toBe(0);
  await ready();
  expect(await rig.settled(rig.submit('mill', 'move-to', { x: 0, feed: 600 }))).toMatchObject({ outcome: 'succeeded' });
});

test('a long pause in a job is no stall', async () => {
  const { rig } = await readyMill();
  const record = await rig.settled(rig.submit('mill', 'run-job', { gcode: 'G1X1F600\nG4 P20\nG1X0' }), 60_000);
  expect(record).toMatchObject({ outcome: 'succeeded', evidence: { sent: 3, acknowledged: 3, total: 3 } });
});

test('a program pause holds a job until it is resumed', async () => {
  const { rig, machine } = await readyMill();
  const running = rig.submit('mill', 'run-job', { gcode: 'G1X1F600\nM0\nM3S100' });
  await rig.until(() => machine.state === 'Hold');
  await rig.clock.advance(60_000);
  expect(await rig.settled(rig.submit('mill', 'resume'))).toMatchObject({ outcome: 'succeeded' });
  expect(await rig.settled(running)).toMatchObject({ outcome: 'succeeded' });
  expect(machine.accessories.spindle).toBe('clockwise');
});

test('a stop overtakes a job, and what the job wrote is dropped', async () => {
  const { rig, machine, port, mill, ready, known } = await readyMill({ homing: true });
  expect(await rig.settled(rig.submit('mill', 'home'))).toMatchObject({ outcome: 'succeeded' });
  expect(known()).toBe(true);
  const running = rig.submit('mill', 'run-job', job);
  await rig.until(() => machine.state === 'Run');
  const behind = rig.submit('mill', 'spindle-on', { rpm: 100 });
  await rig.clock.advance(1);
  port.heard.length = 0;
  const { record } = await rig.settled(rig.stops.stop('mill', { by: 'test' }));
  expect(record).toMatchObject({ outcome: 'succeeded', confirmation: 'acknowledged' });
  expect(port.heard.slice(0, 2)).toEqual([0x21, 0x18]);
  expect((await rig.settled(running)).outcome).toBe('unknown');
  expect(await rig.settled(behind)).toMatchObject({ outcome: 'not-sent', reason: 'stopped' });
  expect(machine.planner.isEmpty).toBe(true);
  expect(known()).toBe(false);
  await rig.stops.release('mill', 'test');
  await ready();
  expect(mill.reading('state').value).toBe('Alarm');
  expect(await rig.settled(rig.submit('mill', 'home'))).toMatchObject({ outcome: 'succeeded' });
  expect(known()).toBe(true);
});

test('a stop in the middle of homing resets', async () => {
  const { rig, machine, known } = await readyMill({ homing: true });
  const home = rig.submit('mill', 'home');
  await rig.until(() => machine.state === 'Home');
  const { record } = await rig.settled(rig.stops.stop('mill', { by: 'test' }));
  expect(record).toMatchObject({ outcome: 'succeeded' });
  expect((await rig.settled(home)).outcome).not.toBe('succeeded');
  expect(known()).toBe(false);
  expect(machine.state).toBe('Alarm');
});
