import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { expect, onTestFinished, test } from 'vitest';
import { Hatch } from './hatch.ts';

test('what is put is taken on the other side, whatever its characters and however many texts', () => {
  const near = new Hatch();
  const far = new Hatch(near.memory);
  const some = ['{"a":1}', '', 'ü€😀\u0000', 'x'.repeat(50_000), '€'.repeat(80_000), ''];
  for (const texts of [some, [], ['one'], Array.from({ length: 4096 }, (_, n) => `${n}ü`)]) {
    expect(Hatch.fits(texts)).toBe(true);
    near.put(texts);
    expect(far.take()).toEqual(texts);
  }
});

test('texts that might not fit do not, and word is put that they come elsewhere', () => {
  expect(Hatch.fits(['x'.repeat(200_000), 'x'.repeat(200_000)])).toBe(false);
  expect(Hatch.fits(Array.from({ length: 4097 }, () => ''))).toBe(false);
  const near = new Hatch();
  const far = new Hatch(near.memory);
  near.put(undefined);
  expect(far.take()).toBeUndefined();
  near.put(['after it']);
  expect(far.take()).toEqual(['after it']);
});

/** A thread that takes whatever is put and says that it is done, `lateMs` later; posts whether that was heard. */
function farSide(hatch: Hatch, lateMs: number): Worker {
  const module = JSON.stringify(new URL('./hatch.ts', import.meta.url).href);
  const code = `import(${module}).then(({ Hatch }) => {
    const { parentPort, workerData } = require('node:worker_threads');
    const far = new Hatch(workerData);
    for (;;) {
      far.take();
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ${lateMs});
      parentPort.postMessage(far.tellDone());
    }
  })`;
  const worker = new Worker(code, { eval: true, workerData: hatch.memory });
  onTestFinished(async () => void (await worker.terminate()));
  return worker;
}

test('who stands still hears that it is done, and nobody else does', async () => {
  const hatch = new Hatch();
  const worker = farSide(hatch, 0);
  hatch.put(['awaited'], true);
  expect(hatch.isDoneWithin(60_000)).toBe(true);
  hatch.put(['not awaited']);
  const told = [(await once(worker, 'message'))[0] as boolean, (await once(worker, 'message'))[0] as boolean];
  expect(told).toEqual([true, false]);
});

test('who has stood still for long enough goes on, and what is done later is not taken for done', async () => {
  const hatch = new Hatch();
  const worker = farSide(hatch, 400);
  hatch.put(['slow'], true);
  expect(hatch.isDoneWithin(1)).toBe(false);
  expect(await once(worker, 'message')).toEqual([false]);
});
