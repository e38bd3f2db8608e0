import { expect, test } from 'vitest';
import { job, longMove, readyMill } from '../support/grbl-mill.ts';

test('a machine that is switched off while it homes is not homing for ever', async () => {
  const { rig, mill, port, machine } = await readyMill({ homing: true });
  const homing = rig.submit('mill', 'home');
  await rig.until(() => machine.state === 'Home');
  port.mute();
  expect(await rig.settled(homing, 200_000)).toMatchObject({ outcome: 'unknown' });
  await rig.until(() => mill.state !== 'ready', 600_000);
  const move = await rig.settled(rig.submit('mill', 'move-to', longMove), 60_000);
  expect(move).toMatchObject({ outcome: 'not-sent', error: { code: 'device-offline' } });
});

test('a machine that is switched off in a critical alarm is missed by its reset', async () => {
  const { rig, mill, port, machine } = await readyMill();
  const move = rig.submit('mill', 'move-to', longMove);
  await rig.until(() => machine.state === 'Run');
  machine.raiseAlarm(1);
  await rig.settled(move);
  port.mute();
  expect(await rig.settled(rig.submit('mill', 'soft-reset'))).toMatchObject({ outcome: 'unknown' });
  await rig.clock.advance(30_000);
  expect(mill.state).not.toBe('ready');
});

test('a machine that is switched off while it is held is missed as soon as any other', async () => {
  const { rig, port, machine } = await readyMill();
  const running = rig.submit('mill', 'run-job', job);
  await rig.until(() => machine.state === 'Run');
  expect(await rig.settled(rig.submit('mill', 'hold'))).toMatchObject({ outcome: 'succeeded' });
  port.mute();
  const mutedAt = rig.clock.monotonic();
  expect(await rig.settled(running, 60_000)).toMatchObject({ outcome: 'unknown', error: { code: 'device-timeout' } });
  expect(rig.clock.monotonic() - mutedAt).toBeLessThan(3000);
});
