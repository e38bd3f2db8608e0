import { expect, test } from 'vitest';
import type { AnyDriver } from '../driver/contract.ts';
import { readDrivers } from './read-drivers.ts';

test('drivers that are read late are read one in a turn of the event loop, and once', async () => {
  let turn = 0;
  let isOver = false;
  const next = (): void => {
    turn++;
    if (!isOver) setImmediate(next);
  };
  next();
  const readAt: number[] = [];
  const late = (): Pick<AnyDriver, 'model'> => ({
    model: {
      name: 'late',
      summary: 'Read late',
      get commands() {
        readAt.push(turn);
        return {};
      },
      properties: {},
      events: {},
    },
  });
  const drivers = [late(), late(), late()];
  await readDrivers(drivers);
  await readDrivers(drivers);
  isOver = true;
  expect(readAt).toHaveLength(3);
  expect(new Set(readAt).size).toBe(3);
});
