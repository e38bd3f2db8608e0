import { expect, onTestFinished, test } from 'vitest';
import { hostIn } from '../../../test/support/doctor.ts';
import { PortTree } from '../../../test/support/port-tree.ts';
import { VirtualClock } from '../../testing/virtual-clock.ts';
import { checkClock } from './clock.ts';
import { checkUser } from './user.ts';

test.each([
  [Date.UTC(2026, 5, 1), true, 'ok'],
  [Date.UTC(2026, 5, 1), false, 'warn'],
  [Date.UTC(2026, 5, 1), undefined, 'unchecked'],
  [Date.UTC(1970, 0, 1), true, 'fail'],
])('the clock: %d, synchronised %s', async (now, isSynchronised, status) => {
  const synchronised = (): Promise<boolean | undefined> => Promise.resolve(isSynchronised);
  expect(await checkClock({ clock: new VirtualClock(now), synchronised })).toMatchObject({ status });
});

test('who asks, and what that leaves out', async () => {
  const tree = new PortTree();
  onTestFinished(() => tree.remove());
  tree.group('dialout');
  const gid = process.getgid?.() ?? 0;
  expect(await checkUser(hostIn(tree, { gids: [gid, 12345] }))).toMatchObject({
    of: '1000',
    status: 'ok',
    detail: expect.stringMatching(/^in the groups dialout, 12345; /),
  });
  expect(await checkUser(hostIn(tree, { uid: 0 }))).toMatchObject({ status: 'unchecked', advice: expect.any(String) });
});
