import { expect, test } from 'vitest';
import { VirtualClock } from '../testing/virtual-clock.ts';
import { idleLoop } from './idle.ts';

function idle(idleMs = 100) {
  const clock = new VirtualClock();
  const start = clock.monotonic();
  let heardAt = start;
  const asked: number[] = [];
  let answers = true;
  const abort = new AbortController();
  const probe = async (): Promise<void> => {
    asked.push(clock.monotonic() - start);
    if (!answers) throw new Error('no answer');
    heardAt = clock.monotonic();
  };
  const done = idleLoop({ clock, idleMs, heardAt: () => heardAt, probe }, abort.signal);
  const hear = (): void => void (heardAt = clock.monotonic());
  return { clock, asked, abort, done, hear, mute: () => (answers = false) };
}

test('whoever is heard is not asked', async () => {
  const { clock, asked, hear } = idle();
  for (let ms = 0; ms < 1000; ms += 90) {
    hear();
    await clock.advance(90);
  }
  expect(asked).toEqual([]);
});

test('after each silence it is asked once', async () => {
  const { clock, asked } = idle();
  await clock.advance(350);
  expect(asked).toEqual([100, 200, 300]);
});

test('one that does not answer is asked no more often', async () => {
  const { clock, asked, mute } = idle();
  mute();
  await clock.advance(350);
  expect(asked).toEqual([100, 200, 300]);
});

test('it ends with its signal, and leaves nothing', async () => {
  const { clock, asked, abort, done } = idle();
  abort.abort(new Error('over'));
  await done;
  await clock.advance(1000);
  expect([asked, clock.pendingTimers]).toEqual([[], 0]);
});
