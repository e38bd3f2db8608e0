import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { expect, onTestFinished, test } from 'vitest';
import { encodeFrames } from './frame.ts';
import { Hatch } from './hatch.ts';
import type { LogLine } from './line.ts';

const line = (text: string, live = true, key = `key ${text.slice(0, 5)}ü`): LogLine => ({ key, text, live });

test('what is put is taken on the other side as frames, whatever its characters and however many lines', () => {
  const near = new Hatch();
  const far = new Hatch(near.memory);
  const some = ['{"a":1}', '', 'ü€😀\u0000', 'x'.repeat(50_000), '€'.repeat(80_000), ''].map((text, n) =>
    line(text, n % 2 === 0),
  );
  const many = Array.from({ length: 1024 }, (_, n) => line(`${n}ü`, n % 3 === 0, n === 5 ? '' : `${n}`));
  for (const lines of [some, [], [line('one')], many]) {
    expect(Hatch.fits(lines)).toBe(true);
    near.put({ now: 1767225600000.5, lines });
    expect(far.take()).toEqual({
      now: 1767225600000.5,
      frames: encodeFrames(lines.map(({ text }) => text)),
      changes: lines.map(({ key, text, live }) => ({ key, text: live ? text : undefined })),
    });
  }
});

test('as many characters as fit do so also where each takes three bytes', () => {
  const near = new Hatch();
  const far = new Hatch(near.memory);
  const most = (characters: number) =>
    Array.from({ length: 1024 }, (_, n) => line(n === 0 ? '€'.repeat(characters) : '', true, ''));
  let characters = 350_000;
  while (!Hatch.fits(most(characters))) characters -= 1;
  near.put({ now: 0, lines: most(characters) });
  expect(far.take()?.changes[0]?.text).toBe('€'.repeat(characters));
});

test('lines that might not fit do not, and word is put that they come elsewhere', () => {
  expect(Hatch.fits([line('x'.repeat(200_000)), line('x'.repeat(200_000))])).toBe(false);
  expect(Hatch.fits(Array.from({ length: 1025 }, () => line('')))).toBe(false);
  const near = new Hatch();
  const far = new Hatch(near.memory);
  near.put(undefined);
  expect(far.take()).toBeUndefined();
  near.put({ now: 0, lines: [line('after it')] });
  expect(far.take()?.changes).toMatchObject([{ text: 'after it' }]);
});

const batch = { now: 0, lines: [line('some')] };

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
  hatch.put(batch, true);
  expect(hatch.isDoneWithin(60_000)).toBe(true);
  hatch.put(batch);
  const told = [(await once(worker, 'message'))[0] as boolean, (await once(worker, 'message'))[0] as boolean];
  expect(told).toEqual([true, false]);
});

test('who has stood still for long enough goes on, and what is done later is not taken for done', async () => {
  const hatch = new Hatch();
  const worker = farSide(hatch, 400);
  hatch.put(batch, true);
  expect(hatch.isDoneWithin(1)).toBe(false);
  expect(await once(worker, 'message')).toEqual([false]);
});
