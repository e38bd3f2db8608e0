import { readFile } from 'node:fs/promises';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { VirtualClock } from '../../src/testing/virtual-clock.ts';
import * as kit from './index.ts';

const page = await readFile(new URL('../../docs/simulators.md', import.meta.url), 'utf8');
const examples = [...page.matchAll(/### (\w+)\n[^#]*?```ts\n([\s\S]*?)```/g)].map(([, name = '', code = '']) => ({
  name,
  code,
}));

test('each part of the kit has an example', () => {
  const parts = ['Ramp', 'FirstOrderLag', 'Noise', 'PidPlant', 'StateMachine', 'ErrorQueue', 'LimitedBuffer', 'Outbox'];
  expect(examples.map(({ name }) => name)).toEqual(parts);
});

test.each(examples)('the example of $name does what it says', async ({ code }) => {
  const checked = code.replaceAll(/^(.*); \/\/ → (.*)$/gm, 'check($1, $2);');
  const pairs: [unknown, unknown][] = [];
  const check = (found: unknown, told: unknown): void =>
    void pairs.push(JSON.parse(JSON.stringify([found, told])) as [unknown, unknown]);
  const context = { ...kit, clock: new VirtualClock(), check };
  await (runInNewContext(`(async () => { ${checked} })()`, context) as Promise<void>);
  expect(pairs.length).toBeGreaterThan(0);
  for (const [found, told] of pairs) expect(found).toEqual(told);
});
