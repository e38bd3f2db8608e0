import { array, assert, asyncProperty, boolean, nat, record } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { delay, timeoutSignal } from '../clock.ts';
import { VirtualClock } from './virtual-clock.ts';

const never = new AbortController().signal;

test('timers fire in the order of their instants, and those of one instant in the order in which they were set', async () => {
  await assert(
    asyncProperty(array(record({ ms: nat(50), cancelled: boolean() })), async (all) => {
      const clock = new VirtualClock();
      const fired: number[] = [];
      const timers = all.map(({ ms }, index) => clock.timer(ms, () => void fired.push(index)));
      for (const [index, { cancelled }] of all.entries()) if (cancelled) timers[index]?.cancel();
      const kept = [...all.entries()].filter(([, { cancelled }]) => !cancelled);
      expect(clock.pendingTimers).toBe(kept.length);
      await clock.advance(25);
      await clock.advance(25);
      expect(clock.pendingTimers).toBe(0);
      expect(fired).toEqual(kept.toSorted(([, one], [, other]) => one.ms - other.ms).map(([index]) => index));
    }),
  );
});

test('cancelling twice, or after it has fired, takes no other timer away', async () => {
  const clock = new VirtualClock();
  const fired: string[] = [];
  const first = clock.timer(10, () => void fired.push('first'));
  clock.timer(20, () => void fired.push('second'));
  await clock.advance(10);
  first.cancel();
  first.cancel();
  expect(clock.pendingTimers).toBe(1);
  await clock.advance(10);
  expect(fired).toEqual(['first', 'second']);
});

test('what follows from one timer happens before the next one, turns of the event loop included', async () => {
  const clock = new VirtualClock();
  const seen: string[] = [];
  clock.timer(10, () => {
    let left = 5;
    const next = (): void => {
      seen.push(`turn at ${clock.monotonic()}`);
      if (--left > 0) setImmediate(next);
    };
    setImmediate(next);
  });
  clock.timer(11, () => void seen.push('next timer'));
  await clock.advance(20);
  expect(seen).toEqual([...Array<string>(5).fill('turn at 10'), 'next timer']);
});

test('the wall clock and the monotonic one move together', async () => {
  const clock = new VirtualClock(1000);
  await clock.advance(250.5);
  expect([clock.monotonic(), clock.now()]).toEqual([250.5, 1250]);
});

test('two who advance it at once do not turn it back, and every timer fires once', async () => {
  const clock = new VirtualClock();
  const fired: number[] = [];
  for (let ms = 1; ms <= 100; ms++) clock.timer(ms, () => void fired.push(clock.monotonic()));
  await Promise.all([clock.advance(100), clock.advance(40), clock.advance(70)]);
  expect(clock.monotonic()).toBe(100);
  expect(fired).toEqual(Array.from({ length: 100 }, (_, index) => index + 1));
});

describe('runUntilIdle', () => {
  test('goes as far as there are timers, and no farther', async () => {
    const clock = new VirtualClock();
    let rounds = 0;
    const again = (): void => void (++rounds < 5 && clock.timer(1000, again));
    clock.timer(1000, again);
    expect(await clock.runUntilIdle()).toBe(5000);
    expect(rounds).toBe(5);
    expect(clock.pendingTimers).toBe(0);
    expect(await clock.runUntilIdle()).toBe(0);
  });

  test('takes a poll for idleness where it is told how long a pause counts', async () => {
    const clock = new VirtualClock();
    const poll = (): void => void clock.timer(1000, poll);
    poll();
    clock.timer(30, () => void clock.timer(40, () => {}));
    expect(await clock.runUntilIdle({ quietMs: 500 })).toBe(70);
  });

  test('says what is left when it is never idle', async () => {
    const clock = new VirtualClock();
    const poll = (): void => void clock.timer(1000, poll);
    poll();
    await expect(clock.runUntilIdle({ limitMs: 5500 })).rejects.toThrow(
      'not idle after 5500 ms: 1 timers are pending, the next one in 1000 ms',
    );
  });

  test('does not hang on a timer that sets itself anew at once', async () => {
    const clock = new VirtualClock();
    const spin = (): void => void clock.timer(0, spin);
    spin();
    await expect(clock.runUntilIdle()).rejects.toThrow('time stands still');
  });
});

describe('settled', () => {
  test('lets time pass until it has, and not longer', async () => {
    const clock = new VirtualClock();
    clock.timer(10_000, () => {});
    const waited = delay(clock, 3000, never).then(() => delay(clock, 400, never));
    await clock.settled(waited);
    expect(clock.monotonic()).toBe(3400);
  });

  test('rejects as it does', async () => {
    const clock = new VirtualClock();
    const failing = delay(clock, 10, never).then(() => Promise.reject(new Error('as told')));
    await expect(clock.settled(failing)).rejects.toThrow('as told');
  });

  test('says so when nothing is left that it could wait for, and when it takes too long', async () => {
    const clock = new VirtualClock();
    await expect(clock.settled(new Promise(() => {}))).rejects.toThrow('no timer is left');
    const poll = (): void => void clock.timer(1000, poll);
    poll();
    await expect(clock.settled(new Promise(() => {}), 9000)).rejects.toThrow('did not settle within 9000 ms');
  });
});

describe('timeoutSignal', () => {
  test('aborts by the clock, as AbortSignal.timeout does by the real one', async () => {
    const clock = new VirtualClock();
    const { signal } = timeoutSignal(clock, 500);
    await clock.advance(499);
    expect(signal.aborted).toBe(false);
    await clock.advance(1);
    expect(signal.reason).toMatchObject({ name: 'TimeoutError' });
  });

  test('holds nothing once it is cancelled or its scope has ended', async () => {
    const clock = new VirtualClock();
    {
      using timeout = timeoutSignal(clock, 500);
      expect([clock.pendingTimers, timeout.signal.aborted]).toEqual([1, false]);
    }
    const { signal, cancel } = timeoutSignal(clock, 500);
    cancel();
    expect(clock.pendingTimers).toBe(0);
    await clock.advance(1000);
    expect(signal.aborted).toBe(false);
  });
});
