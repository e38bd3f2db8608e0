import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { settle } from '../../src/testing/virtual-clock.ts';
import { MemoryHub } from '../../src/transport/memory.ts';
import { Inventory } from './inventory.ts';

setFlagsFromString('--expose-gc');
// What the flag adds to a context made after it.
const collect = runInNewContext('gc') as () => void;

test('nothing is kept of the roots that it had before', async () => {
  const silent = (): void => {};
  const hub = new MemoryHub();
  const inventory = new Inventory(hub.connect(), 5, { debug: silent, info: silent, warn: silent, error: silent });
  await inventory.listening();
  const announce = async (from: number, to: number): Promise<number> => {
    for (let n = from; n < to; n++) {
      const text = `{"homie":"5.0","version":1,"nodes":{},"root":"${'r'.repeat(80)}${n}"}`;
      hub.publish('homie/5/lamp/$description', Buffer.from(text), { retain: false });
      if (n % 1000 === 0) await settle();
    }
    await settle();
    collect();
    return process.memoryUsage().heapUsed;
  };
  const before = await announce(0, 2000);
  expect(((await announce(2000, 32_000)) - before) / 2 ** 20).toBeLessThan(4);
  expect(inventory.get('homie', 'lamp')?.announced?.root).toContain('31999');
});
