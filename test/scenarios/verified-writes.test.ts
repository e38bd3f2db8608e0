import { expect, test } from 'vitest';
import { createRig, MemoryLine } from '../support/rig.ts';
import { Valve, valveDriver } from '../support/valve.ts';

async function readyValve() {
  const valve = new Valve();
  const line = new MemoryLine((far) => valve.serve(far));
  const rig = createRig(valveDriver, { line }, [{ id: 'valve', connection: 'line' }]);
  await rig.until(() => rig.device('valve').reading('trim').quality === 'good');
  return { valve, rig };
}

test('a write is confirmed by what the device itself reads back', async () => {
  const { valve, rig } = await readyValve();
  expect(await rig.settled(rig.submit('valve', 'write:trim', { value: 42 }))).toMatchObject({
    outcome: 'succeeded',
    confirmation: 'confirmed',
    evidence: { readBack: '42' },
  });
  expect(rig.device('valve').reading('trim')).toMatchObject({ value: 42, quality: 'good' });
  expect(valve.trim).toBe(42);
});

test('what reads back otherwise has failed, and the reading is the device’s, not the wish', async () => {
  const { valve, rig } = await readyValve();
  valve.stuckAt = 17;
  expect(await rig.settled(rig.submit('valve', 'write:trim', { value: 42 }))).toMatchObject({
    outcome: 'failed',
    confirmation: 'acknowledged',
    error: { code: 'verify-mismatch' },
    evidence: { readBack: '17' },
  });
  expect(rig.device('valve').reading('trim').value).toBe(17);
  expect(rig.device('valve').state).toBe('ready');
});

test('a command is verified within its tolerance, once it is there', async () => {
  const { valve, rig } = await readyValve();
  valve.onTheWay.push(3, 8);
  valve.stuckAt = 10.4;
  const record = await rig.settled(rig.submit('valve', 'aim', { percent: 10 }));
  expect(record).toMatchObject({ outcome: 'succeeded', confirmation: 'confirmed', evidence: { readBack: '10.4' } });
  expect(valve.onTheWay).toEqual([]);
  valve.stuckAt = 10.6;
  expect(await rig.settled(rig.submit('valve', 'aim', { percent: 10 }))).toMatchObject({ outcome: 'failed' });
});

test('what cannot be read back is unknown, neither success nor failure', async () => {
  const { valve, rig } = await readyValve();
  valve.mute.add('TRIM?');
  const record = await rig.settled(rig.submit('valve', 'write:trim', { value: 5 }));
  expect(record).toMatchObject({ outcome: 'unknown', error: { code: 'device-timeout' }, confirmation: 'acknowledged' });
  expect(valve.executed).toEqual(['TRIM 5']);
  valve.mute.clear();
  await rig.until(() => rig.device('valve').state === 'ready');
});

test('nonsense that is read back is no verdict on the command', async () => {
  const { valve, rig } = await readyValve();
  valve.stuckAt = 400;
  expect(await rig.settled(rig.submit('valve', 'write:trim', { value: 5 }))).toMatchObject({
    outcome: 'unknown',
    error: { code: 'device-protocol' },
  });
});
