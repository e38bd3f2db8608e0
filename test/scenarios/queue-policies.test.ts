import { trusted } from '../../src/access/caller.ts';
import { expect, test } from 'vitest';
import { createRig, MemoryLine } from '../support/rig.ts';
import { Valve, valveDriver } from '../support/valve.ts';

async function readyValve() {
  const valve = new Valve();
  const line = new MemoryLine((far) => valve.serve(far));
  const rig = createRig(valveDriver, { line }, [{ id: 'valve', connection: 'line' }]);
  await rig.until(() => rig.device('valve').reading('trim').quality === 'good');
  return { valve, line, rig };
}

const start = (rig: Awaited<ReturnType<typeof readyValve>>['rig'], command: string, params: unknown = {}) =>
  rig.pipeline.start({ device: 'valve', command, params, caller: trusted('test') });

test('supersede: the latest setpoint wins, older ones that wait end not-sent, what is under way goes on', async () => {
  const { valve, rig } = await readyValve();
  valve.held = [];
  const flying = await start(rig, 'aim', { percent: 10 });
  await rig.until(() => valve.executed.length === 1);
  const older = await start(rig, 'aim', { percent: 20 });
  const latest = await start(rig, 'aim', { percent: 30 });
  expect(await rig.settled(older.ended)).toMatchObject({
    outcome: 'not-sent',
    reason: 'superseded',
    error: { code: 'superseded' },
  });
  valve.release();
  expect(await rig.settled(flying.ended)).toMatchObject({ outcome: 'succeeded' });
  expect(await rig.settled(latest.ended)).toMatchObject({ outcome: 'succeeded', confirmation: 'confirmed' });
  expect(valve.executed).toEqual(['AIM 10', 'AIM 30']);
});

test('supersede takes the place of the older one in a full queue', async () => {
  const { valve, rig } = await readyValve();
  valve.held = [];
  const flying = await start(rig, 'aim', { percent: 10 });
  await rig.until(() => valve.executed.length === 1);
  const waiting = [];
  for (let count = 0; !rig.device('valve').lane.isFull; count++) {
    waiting.push(await start(rig, 'write:trim', { value: count % 100 }));
    if (count === 30) waiting.push(await start(rig, 'aim', { percent: 20 }));
  }
  await expect(start(rig, 'write:trim', { value: 1 })).rejects.toMatchObject({ code: 'queue-full' });
  const latest = await start(rig, 'aim', { percent: 30 });
  valve.release();
  expect(await rig.settled(latest.ended)).toMatchObject({ outcome: 'succeeded' });
  const ends = await rig.settled(Promise.all([flying, ...waiting].map(({ ended }) => ended)));
  expect(ends.filter(({ outcome }) => outcome !== 'succeeded')).toMatchObject([{ reason: 'superseded' }]);
});

test('reject: a command that makes no sense later is turned away while the device is busy', async () => {
  const { valve, rig } = await readyValve();
  valve.held = [];
  const flying = await start(rig, 'aim', { percent: 10 });
  await expect(start(rig, 'tap')).rejects.toMatchObject({ code: 'busy', outcome: 'not-sent' });
  valve.release();
  await rig.settled(flying.ended);
  const tapped = await start(rig, 'tap');
  expect(await rig.settled(tapped.ended)).toMatchObject({ outcome: 'succeeded' });
  expect(valve.executed).toEqual(['AIM 10', 'TAP']);
});

test('cancel: what waits is withdrawn, what has left goes on unless the driver can abort it', async () => {
  const { valve, rig } = await readyValve();
  const flushing = await start(rig, 'flush');
  await rig.until(() => valve.executed.includes('FLUSH'));
  const waiting = await start(rig, 'aim', { percent: 10 });
  expect(rig.pipeline.cancel(waiting.record.id)).toBe('withdrawn');
  expect(await rig.settled(waiting.ended)).toMatchObject({ outcome: 'not-sent', reason: 'cancelled' });
  expect(rig.pipeline.cancel(flushing.record.id)).toBe('asked');
  expect(await rig.settled(flushing.ended)).toMatchObject({ outcome: 'failed', error: { code: 'cancelled' } });
  expect(valve.executed).toEqual(['FLUSH', 'ABORT']);
  expect(rig.pipeline.cancel(flushing.record.id)).toBe('too-late');

  valve.held = [];
  const flying = await start(rig, 'aim', { percent: 20 });
  await rig.until(() => valve.executed.includes('AIM 20'));
  expect(rig.pipeline.cancel(flying.record.id)).toBe('too-late');
  valve.release();
  expect(await rig.settled(flying.ended)).toMatchObject({ outcome: 'succeeded' });
});

test('a shorter time of the client’s ends what waits, and what is under way', async () => {
  const { valve, rig } = await readyValve();
  valve.held = [];
  const asked = { device: 'valve', caller: trusted('test'), timeoutMs: 100 };
  const flying = await rig.pipeline.start({ ...asked, command: 'tap', params: {} });
  await rig.until(() => valve.executed.length === 1);
  const waiting = await rig.pipeline.start({ ...asked, command: 'aim', params: { percent: 10 } });
  const at = rig.clock.monotonic();
  expect(await rig.settled(waiting.ended)).toMatchObject({ outcome: 'not-sent', reason: 'expired' });
  expect(rig.clock.monotonic() - at).toBeLessThanOrEqual(110);
  expect(await rig.settled(flying.ended)).toMatchObject({ outcome: 'unknown', error: { code: 'device-timeout' } });
});
