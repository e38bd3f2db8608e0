import { expect, test } from 'vitest';
import { VirtualClock } from '../testing/virtual-clock.ts';
import { silentLog } from '../../test/support/rig.ts';
import { memoryBytes } from '../transport/memory.ts';
import { defaultLimits } from './limits.ts';
import { Link, type LinkUser } from './link.ts';

const owner = { laneReady: true, preempt: () => {} };

/** How long somebody who wants the line has to wait for it, with the first connection and with the second. */
async function waits(opener: { readonly isNew?: boolean }): Promise<readonly number[]> {
  const clock = new VirtualClock();
  const open = (): Promise<ReturnType<typeof memoryBytes>['near']> => Promise.resolve(memoryBytes().near);
  const whole = { transport: 'memory', shape: 'bytes', label: 'line', simulated: true, open, ...opener } as const;
  const link = new Link({
    name: 'line',
    opener: whole,
    clock,
    random: () => 0,
    log: silentLog,
    limits: defaultLimits.link,
  });
  let isOpen = Promise.withResolvers<void>();
  const noted = { opening: () => {}, opened: () => isOpen.resolve(), closed: () => (isOpen = Promise.withResolvers()) };
  const user: LinkUser = { maxInFlight: 1, gapMs: 0, quietMs: 250, ...noted };
  link.join(user);
  const waited: number[] = [];
  for (const opened of [1, 2]) {
    await clock.settled(isOpen.promise);
    const from = clock.monotonic();
    const turn = link.laneFor(user).acquire(owner, 'command', new AbortController().signal);
    const given = await clock.settled(turn);
    waited.push(clock.monotonic() - from);
    given.release();
    if (opened === 1) await clock.settled(link.reconnect('a test'));
  }
  await link.stop();
  return waited;
}

test('a fresh line is used when it has been quiet, but at once where it leads to a simulator that nobody spoke to', async () => {
  expect(await waits({})).toEqual([250, 250]);
  expect(await waits({ isNew: true })).toEqual([0, 250]);
});
