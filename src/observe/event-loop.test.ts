import { expect, test } from 'vitest';
import { ProcessEventLoop } from './event-loop.ts';

/** Times between two looks, 10 ms of which are none too late. */
class Measured {
  times: number[] = [];
  on = false;

  get count(): number {
    return this.times.length;
  }

  get mean(): number {
    return (this.times.reduce((sum, ms) => sum + ms, 0) * 1e6) / this.times.length;
  }

  percentile(): number {
    return Math.max(...this.times) * 1e6;
  }

  reset(): void {
    this.times = [];
  }

  enable(): boolean {
    return (this.on = true);
  }

  disable(): boolean {
    return !(this.on = false);
  }
}

test('whoever asks for the worst of late turns begins anew, and takes nothing from who counts them all', () => {
  const measured = new Measured();
  const loop = new ProcessEventLoop(measured);
  expect([loop.turns, loop.takePercentile99()]).toEqual([{ count: 0, lateMs: 0 }, 0]);
  measured.times.push(10, 30, 70);
  expect(loop.turns).toEqual({ count: 3, lateMs: 80 });
  expect(loop.takePercentile99()).toBe(60);
  expect([loop.turns, loop.takePercentile99()]).toEqual([{ count: 3, lateMs: 80 }, 0]);
  measured.times.push(15);
  expect(loop.turns).toEqual({ count: 4, lateMs: 85 });
  expect(loop.takePercentile99()).toBe(5);
});

test('the process is looked at from begin to close', () => {
  const measured = new Measured();
  const loop = new ProcessEventLoop(measured);
  expect(measured.on).toBe(false);
  loop.begin();
  expect(measured.on).toBe(true);
  loop.close();
  expect(measured.on).toBe(false);
});

test('a process that stood still was late', async () => {
  const loop = new ProcessEventLoop();
  loop.begin();
  await expect.poll(() => loop.turns.count).toBeGreaterThan(2);
  const before = loop.turns;
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300);
  await expect.poll(() => loop.turns.count).toBeGreaterThan(before.count);
  expect(loop.turns.lateMs - before.lateMs).toBeGreaterThan(250);
  expect(loop.takePercentile99()).toBeGreaterThan(250);
  loop.close();
});
