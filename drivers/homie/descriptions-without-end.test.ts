import { expect, test } from 'vitest';
import { settle } from '../../src/testing/virtual-clock.ts';
import { MemoryHub } from '../../src/transport/memory.ts';
import { Inventory } from './inventory.ts';

test('all descriptions together are bounded, and one that goes makes room', async () => {
  const warnings: string[] = [];
  const silent = (): void => {};
  const log = {
    debug: silent,
    info: silent,
    error: silent,
    warn: (_fields: object, what: string) => warnings.push(what),
  };
  const hub = new MemoryHub();
  const inventory = new Inventory(hub.connect(), 5, log, 10_000);
  await inventory.listening();
  const describe = async (device: string, bytes: number): Promise<void> => {
    const text = bytes === 0 ? '' : JSON.stringify({ homie: '5.0', version: 1, name: device, nodes: {} }).padEnd(bytes);
    hub.publish(`homie/5/${device}/$description`, Buffer.from(text), { retain: true });
    await settle();
  };
  const known = (): string[] =>
    [...inventory.entries()].filter(({ announced }) => announced !== undefined).map(({ device }) => device);
  for (let n = 0; n < 6; n++) await describe(`d${n}`, 3000);
  expect(known()).toEqual(['d0', 'd1', 'd2']);
  // The same once more is not more.
  for (let n = 0; n < 6; n++) await describe('d1', 3500);
  await describe('d0', 0);
  await describe('d5', 3000);
  expect(known().toSorted()).toEqual(['d1', 'd2', 'd5']);
  expect(warnings).toEqual(['the descriptions of Homie devices take too much memory']);
});
