import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { settle, VirtualClock } from '../../src/testing/virtual-clock.ts';
import { MemoryHub } from '../../src/transport/memory.ts';
import { Inventory } from './announced/inventory.ts';

const silent = (): void => {};
const log = { debug: silent, info: silent, warn: silent, error: silent };
const climate = (n: number) => ({ p: 'climate', name: `c${n}`, mode_cmd_t: `m/${n}`, temp_cmd_t: `t/${n}` });
const large = (id: string): string =>
  JSON.stringify({
    dev: { ids: [id] },
    o: { name: 'x' },
    cmps: Object.fromEntries(Array.from({ length: 300 }, (_, n) => [`c${n}`, climate(n)])),
  });

test('devices that come together are told of a few at a time; others have their turn in between', async () => {
  const clock = new VirtualClock();
  const hub = new MemoryHub();
  const inventory = new Inventory(hub.connect(), 'homeassistant', { log, clock, randomBytes });
  await settle();
  await inventory.ready;
  const told: string[] = [];
  const gone: string[] = [];
  let mostAtOnce = 0;
  let before = 0;
  inventory.observe({ changed: ({ identity }) => told.push(identity), gone: ({ identity }) => gone.push(identity) });
  const turn = async (): Promise<void> => {
    await new Promise((resolve) => setImmediate(resolve));
    await settle();
    mostAtOnce = Math.max(mostAtOnce, told.length - before);
    before = told.length;
  };
  for (let n = 0; n < 40; n++)
    hub.publish(`homeassistant/device/n${n}/config`, Buffer.from(large(`x${n}`)), { retain: true });
  while (told.length === 0) await turn();
  // One that goes while others are told of is not told of any more; one that changes is, with what it says then.
  hub.publish('homeassistant/device/n39/config', Buffer.from(''), { retain: true });
  hub.publish('homeassistant/device/n38/config', Buffer.from(large('y38')), { retain: true });
  while (!told.includes('y38')) await turn();
  expect(mostAtOnce).toBeLessThan(20);
  expect(gone).toEqual(['x39', 'x38']);
  expect([told.includes('x39'), told.filter((id) => id === 'y38').length]).toEqual([false, 1]);
  expect(told.length).toBe(39);
});

test('who comes while devices are announced hears of each once', async () => {
  const clock = new VirtualClock();
  const hub = new MemoryHub();
  const inventory = new Inventory(hub.connect(), 'homeassistant', { log, clock, randomBytes });
  const announce = (n: number): void =>
    hub.publish(`homeassistant/device/n${n}/config`, Buffer.from(large(`x${n}`)), { retain: true });
  for (let n = 0; n < 20; n++) announce(n);
  await settle();
  await inventory.ready;
  for (let n = 20; n < 40; n++) announce(n);
  await settle();
  const told: string[] = [];
  inventory.observe({ changed: ({ identity }) => told.push(identity), gone: () => {} });
  const all = inventory.tellAll(({ identity }) => told.push(identity));
  await clock.advance(10);
  announce(40);
  for (let turn = 0; turn < 100; turn++) await clock.advance(100);
  await all;
  expect(told.toSorted()).toEqual(Array.from({ length: 41 }, (_, n) => `x${n}`).toSorted());
});
