import { expect, test } from 'vitest';
import { faultyMessages } from '../../../test/support/faulty-messages.ts';

test('a device whose greeting unplugs it is away, and comes back when it says', async () => {
  const { control, faults, retained, said, set, subject, clock } = await faultyMessages();
  await control.press('unplug');
  await faults({ kind: 'unplug', match: 'dev/online', returnAfterMs: 500, clearAfter: 1 });
  await control.press('plug');
  await clock.advance(0);
  await set('lost');
  expect(subject.heard).toEqual([]);
  expect(await retained()).toEqual(['r dev/online=no']);
  await clock.advance(500);
  expect(await retained()).toEqual(['r dev/online=dev']);
  said.splice(0);
  await set('one');
  expect([subject.heard, said[0]]).toEqual([['one'], 'dev/ok=dev one']);
});

test('clearing such a fault brings it back', async () => {
  const { control, faults, retained, clock } = await faultyMessages();
  await control.press('unplug');
  await faults({ kind: 'broker-gone', match: 'dev/online' });
  await control.press('plug');
  await clock.advance(0);
  expect(await retained()).toEqual(['r dev/online=no']);
  await control.clearFaults();
  await clock.advance(0);
  expect(await retained()).toEqual(['r dev/online=dev']);
});
