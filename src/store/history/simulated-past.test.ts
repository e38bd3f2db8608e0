import { expect, test } from 'vitest';
import { VirtualClock } from '../../testing/virtual-clock.ts';
import { MemoryStore } from '../memory.ts';
import { SimulatedPast } from './simulated-past.ts';

const keepMs = 10_000;

/** One run of the service after the other, each with its devices. */
function runs() {
  const store = new MemoryStore(10);
  const clock = new VirtualClock();
  const run = async (...devices: readonly { readonly id: string; readonly simulated: boolean }[]) => {
    const past = new SimulatedPast({ store, clock, keepMs, devices: () => devices });
    await store.opened;
    return past;
  };
  return { clock, run, kept: () => store.facts.keys('').length };
}

test('what was simulated in a run before is known in the next, however its device is now', async () => {
  const { clock, run } = runs();
  const first = await run({ id: 'psu', simulated: true }, { id: 'real', simulated: false });
  expect([first.until('psu'), first.until('real'), first.until('none')]).toEqual([Infinity, undefined, undefined]);
  await clock.advance(1000);
  const swappedAt = clock.now();
  expect((await run({ id: 'psu', simulated: false })).until('psu')).toBe(swappedAt);
  await clock.advance(1000);
  expect((await run({ id: 'psu', simulated: false })).until('psu')).toBe(swappedAt);
  expect((await run({ id: 'psu', simulated: true })).until('psu')).toBe(Infinity);
  // What is not there tells nothing more.
  expect((await run()).until('psu')).toBe(clock.now());
});

test('devices that come and go, each with a name of its own, leave nothing behind for ever', async () => {
  const { clock, run, kept } = runs();
  const past = await run({ id: 'for a while', simulated: true }, { id: 'until the next run', simulated: true });
  past.removed('for a while');
  past.removed('never simulated');
  const removedAt = clock.now();
  await clock.advance(1000);
  const next = await run();
  expect([next.until('for a while'), next.until('until the next run')]).toEqual([removedAt, clock.now()]);
  next.added({ id: 'until the next run', simulated: true });
  expect(next.until('until the next run')).toBe(Infinity);
  next.removed('until the next run');
  await clock.advance(keepMs + 1);
  await run();
  expect(kept()).toBe(0);
});

test('what is too old to be in any history is forgotten, and a real device costs nothing', async () => {
  const { clock, run, kept } = runs();
  await run({ id: 'psu', simulated: true });
  await run({ id: 'psu', simulated: false }, { id: 'real', simulated: false });
  await clock.advance(keepMs);
  await run({ id: 'psu', simulated: false });
  expect(kept()).toBe(1);
  await clock.advance(1);
  expect((await run({ id: 'psu', simulated: false })).until('psu')).toBeUndefined();
  expect(kept()).toBe(0);
});
