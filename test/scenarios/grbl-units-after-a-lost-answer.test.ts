import { expect, test } from 'vitest';
import { readyMill } from '../support/grbl-mill.ts';

/** $13: positions are told in inches from then on. */
const inches = { number: 13, value: 1 };

test('a change of units of which the answer was lost is known when the controller is back in step', async () => {
  const { rig, port, mill, ready } = await readyMill();
  expect(await rig.settled(rig.submit('mill', 'move-to', { x: 25.4, feed: 6000 }))).toMatchObject({
    outcome: 'succeeded',
  });
  port.loseAnswers(1);
  expect(await rig.settled(rig.submit('mill', 'set-setting', inches))).toMatchObject({ outcome: 'unknown' });
  await ready();
  await rig.settled(mill.read('machine-position', 0, new AbortController().signal));
  expect(mill.reading('machine-position')).toMatchObject({ quality: 'good', value: { x: 25.4, y: 0, z: 0 } });
  expect(await rig.settled(rig.submit('mill', 'move-to', { x: 50.8, feed: 6000 }))).toMatchObject({
    outcome: 'succeeded',
    result: { x: 50.8 },
  });
});
