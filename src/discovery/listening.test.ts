import { expect, test } from 'vitest';
import { driverNow } from '../device/cause.ts';
import type { Link } from '../device/link.ts';
import type { AnyDriver, Candidate, Discovery } from '../driver/contract.ts';
import { settle, VirtualClock } from '../testing/virtual-clock.ts';
import { MemoryHub } from '../transport/memory.ts';
import { Listening } from './listening.ts';

const keep = (): void => {};
const log = { trace: keep, debug: keep, info: keep, warn: keep, error: keep };

test('what a driver leaves to nobody while it searches is known for its own; what is found is nobody’s', async () => {
  const seen: unknown[] = [];
  const see = (what: string): void => void seen.push([what, driverNow()?.call?.kind]);
  const driver = {
    model: { name: 'seeker' },
    async discover(_connection: unknown, { found }: Discovery, { signal }: { signal: AbortSignal }) {
      await Promise.resolve();
      see('search');
      signal.addEventListener('abort', () => see('end'));
      found({} as Candidate);
    },
  } as unknown as AnyDriver; // All that is used of one.
  const link = { name: 'broker', opener: { simulated: false }, listen: keep, unlisten: async () => {} };
  const listening = new Listening({
    link: link as unknown as Link,
    dialects: [{ driver, options: {} }],
    clock: new VirtualClock(),
    log,
    found: () => see('found'),
    gone: keep,
    lost: keep,
  });
  listening.opened(new MemoryHub().connect(), {} as never);
  await settle();
  await listening.close();
  expect(seen).toEqual([
    ['search', 'discovery'],
    ['found', undefined],
    ['end', 'discovery'],
  ]);
});
