import { expect, test } from 'vitest';
import type { AnyDriver } from '../../src/driver/index.ts';
import { createRig, MemoryLine } from '../support/rig.ts';
import { ToyDevice, toyDriver } from '../support/toy.ts';

const rounds = 4;

/** Its mistake would have been made again at once, for ever: after so many times it is not made any more. */
function mistaken(driver: AnyDriver, mistake: () => never[]): AnyDriver {
  let times = 0;
  return {
    ...driver,
    async attach(...args) {
      const session = await driver.attach(...args);
      const readMany = (names: readonly string[]) =>
        Promise.resolve(Object.fromEntries(names.map((name) => [name, 7])));
      const readTogether = (names: readonly string[]) => (times++ < 100 * rounds ? mistake() : [names]);
      return { ...session, readMany, readTogether };
    },
  };
}

test.each([
  [
    'throws',
    () => {
      throw new TypeError('a mistake');
    },
  ],
  ['returns what is no list of lists', () => [null as never]],
])('a driver that %s when it is asked what it reads together is told so once, and read from', async (_, mistake) => {
  const toy = new ToyDevice();
  const line = new MemoryLine((far) => toy.serve(far));
  const rig = createRig(mistaken(toyDriver(), mistake), { line }, [{ id: 'toy', connection: 'line' }]);
  await rig.clock.advance(rounds * 60_000);
  expect(rig.device('toy').reading('value')).toMatchObject({ value: 7, quality: 'good' });
  expect(rig.logged.filter((message) => message === 'the driver is at fault')).toHaveLength(1);
});

test('a driver that reads several properties and returns no values is told so once, and they are bad', async () => {
  const toy = new ToyDevice();
  const line = new MemoryLine((far) => toy.serve(far));
  const driver = toyDriver();
  const mute: AnyDriver = {
    ...driver,
    attach: async (...args) => ({
      ...(await driver.attach(...args)),
      readMany: () => Promise.resolve(undefined as never),
    }),
  };
  const rig = createRig(mute, { line }, [{ id: 'toy', connection: 'line' }]);
  await rig.clock.advance(rounds * 60_000);
  const error = expect.stringContaining('readMany returned no table of values');
  expect(rig.device('toy').reading('value')).toMatchObject({ quality: 'bad', error });
  expect(rig.logged.filter((message) => message === 'the driver is at fault')).toHaveLength(1);
});

test.each([
  [
    'throws',
    () => {
      throw new TypeError('a mistake');
    },
  ],
  ['returns no number', () => NaN],
  ['returns no length of time', () => Infinity],
])('a driver that %s when it is asked how long a reading takes is told so once', async (_, mistake: () => number) => {
  const toy = new ToyDevice();
  const line = new MemoryLine((far) => toy.serve(far));
  const driver = toyDriver();
  const faulty: AnyDriver = {
    ...driver,
    attach: async (...args) => ({
      ...(await driver.attach(...args)),
      readMany: () => Promise.resolve({}),
      readWithinMs: mistake,
    }),
  };
  const rig = createRig(faulty, { line }, [{ id: 'toy', connection: 'line' }]);
  await rig.clock.advance(rounds * 60_000);
  const read = rig.device('toy').read('value', 0, new AbortController().signal);
  await expect(read).rejects.toMatchObject({ code: 'driver-fault' });
  expect(rig.device('toy').reading('value')).toMatchObject({ quality: 'bad' });
  expect(rig.logged.filter((message) => message === 'the driver is at fault')).toHaveLength(1);
});
