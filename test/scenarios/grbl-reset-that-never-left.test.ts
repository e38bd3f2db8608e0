import { expect, test } from 'vitest';
import { BellcrankError } from '../../src/errors.ts';
import { readyMill } from '../support/grbl-mill.ts';

const resetsIn = (heard: readonly number[]): number => heard.filter((byte) => byte === 0x18).length;

/** A reset whose record is still being written, so that nothing of it has left. */
async function resetThatWaitsForItsRecord() {
  const mill = await readyMill();
  const { rig, port } = mill;
  await rig.clock.advance(100);
  port.heard.length = 0;
  const put = rig.store.commands.put.bind(rig.store.commands);
  const disk = Promise.withResolvers<void>();
  rig.store.commands.put = (record, ...more) => (record.state === 'sent' ? disk.promise : put(record, ...more));
  const reset = rig.submit('mill', 'soft-reset');
  await rig.clock.advance(5);
  expect(resetsIn(port.heard)).toBe(0);
  /** Its record fails; what follows is on record at once. */
  const fails = (): void => {
    rig.store.commands.put = put;
    disk.reject(new BellcrankError('journal-unavailable', 'the disk is full'));
  };
  return { ...mill, reset, fails };
}

test('a reset that a stop kept from leaving is owed no start-up message by it', async () => {
  const { rig, port, reset } = await resetThatWaitsForItsRecord();
  const from = rig.clock.monotonic();
  const { record } = await rig.settled(rig.stops.stop('mill', { by: 'test' }));
  expect(record).toMatchObject({ outcome: 'succeeded' });
  expect((await rig.settled(reset)).outcome).toBe('not-sent');
  expect([resetsIn(port.heard), rig.clock.monotonic() - from < 100]).toEqual([1, true]);
});

test('a reset that comes after one that never left is confirmed by its own start-up message', async () => {
  const { rig, port, reset, fails } = await resetThatWaitsForItsRecord();
  fails();
  expect((await rig.settled(reset)).outcome).toBe('not-sent');
  expect(await rig.settled(rig.submit('mill', 'soft-reset'))).toMatchObject({ outcome: 'succeeded' });
  expect(resetsIn(port.heard)).toBe(1);
});
