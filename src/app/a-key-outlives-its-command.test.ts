import { expect, onTestFinished, test } from 'vitest';
import { silentLog } from '../../test/support/rig.ts';
import { makeRecord, temporaryDirectory } from '../../test/support/store.ts';
import { VirtualClock } from '../testing/virtual-clock.ts';
import { storeOf } from './store.ts';

const day = 86_400_000;
const kept = { keepMegabytes: 64, keepAlarms: 100, keepReadingsDays: 1, keepSummaryDays: 1, keepReadingsMegabytes: 8 };

test.each([
  ['longer', 96, true],
  ['no longer', 24, false],
])('a key that stands %s than commands are kept', async (_, expiryHours, stands) => {
  const clock = new VirtualClock();
  const policy = { journal: 'required', durability: 'process', keepDays: 1, ...kept } as const;
  const settings = {
    store: { directory: temporaryDirectory(), ...policy },
    idempotency: { required: false, expiryHours },
  };
  const store = storeOf(settings, clock, silentLog);
  onTestFinished(() => store.close());
  await store.opened;
  const key = { value: 'k', fingerprint: 'f' };
  await store.commands.put(makeRecord('c', 'ended', { outcome: 'succeeded', key, submittedAt: clock.now() }));
  for (let days = 0; days < 3; days++) {
    await clock.advance(day);
    // Whatever is written begins a new file.
    await store.facts.set('day', days);
  }
  const find = () => store.commands.byKey('tester', 'k', 0);
  if (stands) expect(await find()).toMatchObject({ id: 'c' });
  else await expect.poll(find).toBeUndefined();
});
