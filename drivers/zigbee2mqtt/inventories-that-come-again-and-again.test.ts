import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { VirtualClock } from '../../src/testing/virtual-clock.ts';
import { MemoryHub } from '../../src/transport/memory.ts';
import { Inventory } from './inventory.ts';

const silent = (): void => {};
const log = { debug: silent, info: silent, warn: silent, error: silent };
const exposes = [{ type: 'numeric', name: 'power', property: 'power', access: 1 }];
const list = (count: number, round: number): Buffer =>
  Buffer.from(
    JSON.stringify(
      Array.from({ length: count }, (_, n) => ({
        ieee_address: `0x${(n + 1).toString(16)}`,
        type: 'Router',
        friendly_name: `plug ${n}`,
        definition: { model: 'M', vendor: 'V', description: `of round ${round}`, exposes },
      })),
    ),
  );

test('a long list is read a little at a time, and one that has been overtaken is not read', async () => {
  const clock = new VirtualClock();
  const hub = new MemoryHub();
  const inventory = new Inventory(hub.connect(), 'zigbee2mqtt', { log, clock, randomBytes });
  await inventory.listening();
  const told: (string | undefined)[] = [];
  const last = (): string | undefined => [...inventory.entities()].at(-1)?.description?.model.summary;
  inventory.listen(() => told.push(last()));
  for (let round = 1; round <= 5; round++) {
    hub.publish('zigbee2mqtt/bridge/devices', list(1000, round), { retain: true });
  }
  let turns = 0;
  while (told.length < 2 && turns < 1000) {
    turns++;
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(told).toEqual(['V M: of round 1', 'V M: of round 5']);
  expect(turns).toBeGreaterThan(30);
  expect([...inventory.entities()]).toHaveLength(1000);
});
