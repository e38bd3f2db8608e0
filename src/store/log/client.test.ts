import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { systemClock } from '../../clock.ts';
import { LogClient } from './client.ts';
import { factLine } from './line.ts';

function client() {
  const directory = mkdtempSync(join(tmpdir(), 'bellcrank-log-'));
  const retention = { maxAgeMs: 1e9, maxBytes: 1e9 };
  const made = new LogClient({ directory, durability: 'process', retention }, systemClock);
  onTestFinished(async () => {
    await made.terminate();
    rmSync(directory, { recursive: true });
  });
  return made;
}

test('what is asked while something is being answered is answered after it', async () => {
  const its = client();
  const order: string[] = [];
  const told = (name: string) => (): number => order.push(name);
  await Promise.all([
    its.open().then(told('open')),
    its.append([factLine('a', 'x'.repeat(1_000_000))]).then(told('long')),
    its.append([factLine('b', 1)]).then(told('short')),
    its.retain().then(told('retain')),
    its.close().then(told('close')),
  ]);
  expect(order).toEqual(['open', 'long', 'short', 'retain', 'close']);
  // The thread ends by itself; it is only waited for here.
  await its.terminate();
  const { facts } = await its.open();
  expect(facts.map(([key]) => key)).toEqual(['a', 'b']);
});

test('a thread that is ended while it sleeps or works answers nothing more, and can be started again', async () => {
  const its = client();
  await its.open();
  await its.terminate();
  await expect(its.append([])).rejects.toMatchObject({ fault: 'died' });
  const opened = its.open();
  const behind = its.retain();
  const refused = Promise.all([opened, behind].map((asked) => expect(asked).rejects.toMatchObject({ fault: 'died' })));
  await its.terminate();
  await refused;
  expect(await its.open()).toMatchObject({ facts: [] });
});
