import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Place } from './place.ts';
import { planReads, type ReadLimits } from './plan.ts';

const limits: ReadLimits = { maxRegisters: 10, maxBits: 20, maxGap: 0 };
const place = (address: number, count = 1, table: Place['table'] = 'holding') => ({ place: { table, address, count } });
const plan = (members: { place: Place }[], some: Partial<ReadLimits> = {}, isAlone = (_: Place): boolean => false) =>
  planReads(members, { ...limits, ...some }, isAlone).map(({ place: { table, address, count } }) => [
    table,
    address,
    count,
  ]);

test('neighbours are read together, whatever their order', () => {
  expect(plan([place(4, 2), place(0), place(1, 3)])).toEqual([['holding', 0, 6]]);
});

test('never across a gap, unless it may be', () => {
  expect(plan([place(0), place(2)])).toEqual([
    ['holding', 0, 1],
    ['holding', 2, 1],
  ]);
  expect(plan([place(0), place(2)], { maxGap: 1 })).toEqual([['holding', 0, 3]]);
});

test('no more than may be read at once, and nothing is cut in two', () => {
  expect(plan([place(0, 4), place(4, 4), place(8, 4)])).toEqual([
    ['holding', 0, 8],
    ['holding', 8, 4],
  ]);
});

test('tables do not mix', () => {
  expect(plan([place(0), place(1, 1, 'input'), place(1, 1, 'coil')])).toHaveLength(3);
});

test('what must be alone is alone, but for what lies in the same registers', () => {
  const members = [place(0), place(1), place(1), place(2)];
  expect(plan(members, {}, ({ address }) => address === 1)).toEqual([
    ['holding', 0, 1],
    ['holding', 1, 1],
    ['holding', 2, 1],
  ]);
});

test('every register that is asked for is read once, and no other, within the limits', () => {
  const places = fc.array(
    fc.record({
      table: fc.constantFrom<Place['table']>('coil', 'discrete', 'input', 'holding'),
      address: fc.integer({ min: 0, max: 60 }),
      count: fc.integer({ min: 1, max: 4 }),
    }),
    { maxLength: 40 },
  );
  fc.assert(
    fc.property(places, fc.integer({ min: 0, max: 3 }), (wanted, maxGap) => {
      const members = wanted.map((one) => ({ place: one }));
      const blocks = planReads(members, { ...limits, maxGap }, () => false);
      expect(blocks.flatMap((block) => block.members)).toHaveLength(members.length);
      for (const { place: block, members: inside } of blocks) {
        expect(block.count).toBeLessThanOrEqual(block.table === 'holding' || block.table === 'input' ? 10 : 20);
        for (const { place: own } of inside) {
          expect(own.table).toBe(block.table);
          expect(own.address >= block.address && own.address + own.count <= block.address + block.count).toBe(true);
        }
        const used = new Set(
          inside.flatMap(({ place: own }) => Array.from({ length: own.count }, (_, i) => own.address + i)),
        );
        let gap = 0;
        for (let at = block.address; at < block.address + block.count; at++) {
          gap = used.has(at) ? 0 : gap + 1;
          expect(gap).toBeLessThanOrEqual(maxGap);
        }
      }
    }),
  );
});
