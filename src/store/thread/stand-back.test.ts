import { readFileSync } from 'node:fs';
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { expect, onTestFinished, test } from 'vitest';
import { standBack } from './stand-back.ts';

function scheduling(self: string, before = 0) {
  const set: [thread: number, priority: number][] = [];
  return {
    set,
    self: () => self,
    priority: () => before,
    setPriority: (thread: number, priority: number) => void set.push([thread, priority]),
  };
}

test('it stands behind whatever the process itself has, and never beyond the least', () => {
  const plain = scheduling('7/task/9');
  expect(standBack(plain, 7)).toBe(true);
  expect(plain.set).toEqual([[9, 5]]);
  const urgent = scheduling('7/task/9', -10);
  standBack(urgent, 7);
  expect(urgent.set).toEqual([[9, -5]]);
  const last = scheduling('7/task/9', 17);
  standBack(last, 7);
  expect(last.set).toEqual([[9, 19]]);
});

test.each(['8/task/9', 'self', '7/task/x', ''])('%j is nobody that it knows: nothing is touched', (self) => {
  const other = scheduling(self);
  expect(standBack(other, 7)).toBe(false);
  expect(other.set).toEqual([]);
});

test('a system that has no such thing, or does not allow it, is no fault', () => {
  const refuse = (): never => {
    throw new Error('EPERM');
  };
  expect(standBack({ ...scheduling('7/task/9'), setPriority: refuse }, 7)).toBe(false);
  expect(standBack({ ...scheduling(''), self: refuse }, 7)).toBe(false);
});

test.runIf(process.platform === 'linux')('it is the thread alone that stands back, and not the process', async () => {
  const module = new URL('./stand-back.ts', import.meta.url).href;
  const code = `import(${JSON.stringify(module)}).then(({ standBack }) => {
    const done = standBack();
    const thread = require('node:fs').readlinkSync('/proc/thread-self').split('/')[2];
    require('node:worker_threads').parentPort.postMessage({ done, thread });
    setInterval(() => {}, 1000);
  })`;
  const worker = new Worker(code, { eval: true });
  onTestFinished(async () => void (await worker.terminate()));
  const [{ done, thread }] = (await once(worker, 'message')) as [{ done: boolean; thread: string }];
  expect(done).toBe(true);
  const niceOf = (task: string | number): number =>
    Number(
      readFileSync(`/proc/${process.pid}/task/${task}/stat`, 'utf8')
        .replace(/^.*\) /, '')
        .split(' ')[16],
    );
  expect(niceOf(thread) - niceOf(process.pid)).toBe(5);
});
