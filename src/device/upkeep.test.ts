import { expect, test } from 'vitest';
import type { Model } from '../driver/spec.ts';
import { VirtualClock } from '../testing/virtual-clock.ts';
import type { LiveSession } from './session.ts';
import { Upkeep, type UpkeepParts } from './upkeep.ts';

function polling(name: string, pollMs: number): Model {
  const spec = { summary: name, access: 'read', source: { pollMs }, schema: {} } as const;
  return { name: 'm', summary: 'm', commands: {}, events: {}, properties: { [name]: spec } };
}

test('a device that describes itself anew is asked for what it has now, without waiting for what it had', async () => {
  const clock = new VirtualClock();
  const polled: string[] = [];
  const state = { model: polling('a', 10_000) };
  const reader = { poll: (names: readonly string[]) => Promise.resolve(void polled.push(...names)) };
  const parts = { clock, reader, idleProbeMs: undefined, model: () => state.model };
  // Only what polls need of a device and of its session.
  const upkeep = new Upkeep(parts as unknown as UpkeepParts);
  upkeep.start({ isOver: false, group: (names: readonly string[]) => [names] } as unknown as LiveSession);
  await clock.advance(5000);
  state.model = polling('b', 2000);
  upkeep.remodelled();
  await clock.advance(1000);
  expect(polled).toEqual(['a', 'b']);
  await clock.advance(20_000);
  // By the loop that went on, and by no other.
  expect(polled).toHaveLength(12);
  upkeep.stop(new Error('over'));
  await clock.advance(0);
  expect(clock.pendingTimers).toBe(0);
});
