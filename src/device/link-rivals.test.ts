import { expect, test } from 'vitest';
import { silentLog } from '../../test/support/rig.ts';
import { VirtualClock } from '../testing/virtual-clock.ts';
import { MemoryHub } from '../transport/memory.ts';
import { defaultLimits } from './limits.ts';
import { Link, type LinkUser } from './link.ts';

const user: LinkUser = { maxInFlight: 1, gapMs: 0, quietMs: 0, opening: () => {}, opened: () => {}, closed: () => {} };

/** Links whose connections have one identifier: each that opens ends the other's. */
function rivals(clock: VirtualClock, count: number) {
  const hub = new MemoryHub();
  let open: ReturnType<MemoryHub['connect']> | undefined;
  const opens: number[] = [];
  let seed = 1;
  const random = (): number => (seed = (seed * 16_807) % 2_147_483_647) / 2_147_483_647;
  const opener = {
    transport: 'mqtt' as const,
    shape: 'messages' as const,
    label: 'broker',
    simulated: false,
    open: async () => {
      open?.lose(new Error('taken over'));
      opens.push(clock.monotonic());
      return (open = hub.connect());
    },
  };
  const links = Array.from(
    { length: count },
    (_, nth) => new Link({ name: `l${nth}`, opener, clock, random, log: silentLog, limits: defaultLimits.link }),
  );
  for (const link of links) link.join(user);
  return { links, opens };
}

async function pass(clock: VirtualClock, ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += 50) await clock.advance(50);
}

test('two clients that take a session from each other slow down, and stay slow', async () => {
  const clock = new VirtualClock();
  const { links, opens } = rivals(clock, 2);
  await pass(clock, 600_000);
  // Pauses of 7.5 to 15 s each, from the second minute on.
  const late = opens.filter((at) => at > 60_000);
  expect(late.length).toBeGreaterThan(30);
  expect(late.length).toBeLessThan(60);
  await Promise.all(links.map((link) => link.stop()));
});
