import { expect, test } from 'vitest';
import { FlakyStore } from '../support/flaky-store.ts';
import { readyNumbered } from '../support/numbered.ts';

/** A command that was sent twice, and not answered: `answers` are the ways to answer each. */
async function sentTwice() {
  const store = new FlakyStore();
  const { rig, asked, answers } = await readyNumbered({ store });
  const record = await rig.settled(rig.submit('box', 'set', { value: 1 }));
  expect(record).toMatchObject({ outcome: 'unknown', attempts: 2 });
  expect(asked).toEqual(['set 1', 'set 1']);
  const late = async (attempt: number, text: string): Promise<void> => {
    await answers[attempt - 1]?.(text);
    await rig.clock.advance(10);
  };
  return { rig, record, late, store };
}

test.each([1, 2])('the refusal of attempt %i says nothing of the other', async (attempt) => {
  const { record, late } = await sentTwice();
  await late(attempt, 'NO');
  expect(record).toMatchObject({ outcome: 'unknown' });
  expect(record.resolvedLate).toBeUndefined();
  await late(3 - attempt, 'OK');
  expect(record).toMatchObject({ outcome: 'succeeded', resolvedLate: true });
});

test('both refused: it was', async () => {
  const { record, late } = await sentTwice();
  await late(2, 'NO');
  await late(1, 'NO');
  expect(record).toMatchObject({ outcome: 'refused', resolvedLate: true });
});

test('that the first attempt failed says nothing of the last; that the last failed does', async () => {
  const { record, late } = await sentTwice();
  await late(1, 'BROKEN');
  expect(record).toMatchObject({ outcome: 'unknown' });
  await late(2, 'BROKEN');
  expect(record).toMatchObject({ outcome: 'failed', resolvedLate: true });
});

test('a success of either proves that it was done', async () => {
  const { record, late } = await sentTwice();
  await late(1, 'OK');
  expect(record).toMatchObject({ outcome: 'succeeded', resolvedLate: true });
});

test('two answers at one time: the first counts, and one end goes on record', async () => {
  const { rig, record, late, store } = await sentTwice();
  const before = store.written.length;
  store.mode = 'hangs';
  await late(1, 'OK');
  await late(2, 'BROKEN');
  store.mend();
  await rig.clock.advance(10);
  expect(record).toMatchObject({ outcome: 'succeeded', resolvedLate: true });
  expect(store.written.slice(before).map(({ outcome }) => outcome)).toEqual(['succeeded']);
});

test('one that was busy did nothing: the refusal of the other is the end', async () => {
  const { rig, answers, far } = await readyNumbered();
  far.reply = () => (answers.length === 1 ? 'BUSY' : undefined);
  const record = await rig.settled(rig.submit('box', 'set', { value: 1 }));
  expect(record).toMatchObject({ outcome: 'unknown', attempts: 2 });
  await answers[1]?.('NO');
  await rig.clock.advance(10);
  expect(record).toMatchObject({ outcome: 'refused', resolvedLate: true });
});
