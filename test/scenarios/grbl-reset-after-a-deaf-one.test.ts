import { expect, test } from 'vitest';
import { readyMill } from '../support/grbl-mill.ts';

const resetsIn = (heard: readonly number[]): number => heard.filter((byte) => byte === 0x18).length;

/** The first reset right after an alarm is not heard, the second one is. */
async function resetTwiceAfterAnAlarm() {
  const mill = await readyMill();
  const { rig, port, machine } = mill;
  await rig.clock.advance(100);
  machine.raiseAlarm(1);
  await rig.clock.advance(10);
  port.heard.length = 0;
  expect(await rig.settled(rig.submit('mill', 'soft-reset'))).toMatchObject({ outcome: 'succeeded' });
  expect(resetsIn(port.heard)).toBe(2);
  port.heard.length = 0;
  return mill;
}

test('after a reset that was not heard the next one is owed one start-up message alone', async () => {
  const { rig, port } = await resetTwiceAfterAnAlarm();
  expect(await rig.settled(rig.submit('mill', 'soft-reset'))).toMatchObject({ outcome: 'succeeded' });
  expect(resetsIn(port.heard)).toBe(1);
});

test('a stop after a reset that was not heard is sent once', async () => {
  const { rig, port } = await resetTwiceAfterAnAlarm();
  const from = rig.clock.monotonic();
  const { record } = await rig.settled(rig.stops.stop('mill', { by: 'test' }));
  expect(record).toMatchObject({ outcome: 'succeeded' });
  expect([resetsIn(port.heard), rig.clock.monotonic() - from < 100]).toEqual([1, true]);
});
