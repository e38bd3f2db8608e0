import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { settle } from '../../src/testing/virtual-clock.ts';
import { MemoryHub } from '../../src/transport/memory.ts';
import { Inventory } from './inventory.ts';

setFlagsFromString('--expose-gc');
// What the flag adds to a context made after it.
const collect = runInNewContext('gc') as () => void;

const silent = (): void => {};

test('nothing is kept of the roots that it had before', async () => {
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

test('nothing is kept of what it said that it was', async () => {
  const hub = new MemoryHub();
  const inventory = new Inventory(hub.connect(), 5, { debug: silent, info: silent, warn: silent, error: silent });
  await inventory.listening();
  const announce = async (from: number, to: number): Promise<number> => {
    for (let n = from; n < to; n++) {
      const property = (p: number) => [
        `p${p}`,
        { datatype: 'string', name: `${p} of description ${n}`, settable: true },
      ];
      const properties = Object.fromEntries(Array.from({ length: 400 }, (_, p) => property(p)));
      const text = JSON.stringify({ homie: '5.0', version: 1, nodes: { n: { properties } } });
      hub.publish('homie/5/lamp/$description', Buffer.from(text), { retain: false });
      await settle();
    }
    collect();
    return process.memoryUsage().heapUsed;
  };
  const before = await announce(0, 10);
  expect(((await announce(10, 110)) - before) / 2 ** 20).toBeLessThan(8);
});
