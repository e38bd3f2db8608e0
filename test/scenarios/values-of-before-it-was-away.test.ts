import { expect, test } from 'vitest';
import type { Context } from '../../src/driver/index.ts';
import { createRig, MemoryLine } from '../support/rig.ts';
import { ToyDevice, toyDriver, toyModel } from '../support/toy.ts';

/** A device that tells by itself, and whose driver knows whether it is there. */
async function telling() {
  const toy = new ToyDevice();
  const driver = toyDriver();
  const contexts: Context[] = [];
  const attach: typeof driver.attach = (...args) => {
    contexts.push(args[2]);
    return driver.attach(...args);
  };
  const pushed = { ...toyModel.properties.value, source: 'pushed' as const };
  const model = { ...toyModel, properties: { ...toyModel.properties, value: pushed } };
  const line = new MemoryLine((far) => toy.serve(far));
  const rig = createRig({ ...driver, attach, model }, { line }, [{ id: 'toy', connection: 'line' }]);
  await rig.until(() => rig.device('toy').state === 'ready');
  const [context] = contexts;
  context?.report('value', 5);
  const quality = (): string => rig.device('toy').reading('value').quality;
  expect(quality()).toBe('good');
  return { rig, context, quality };
}

test('what a device told before it was away is old until it tells it again', async () => {
  const { rig, context, quality } = await telling();
  context?.availability(false, 'gone');
  context?.availability(false, 'gone, and its broker says so');
  expect(quality()).toBe('stale');
  context?.availability(true, 'back');
  await rig.until(() => rig.device('toy').state === 'ready');
  expect(quality()).toBe('stale');
  context?.report('value', 5);
  expect(quality()).toBe('good');
});

test('what it tells while it is said to be away, just before it is said to be back, is of now', async () => {
  const { rig, context, quality } = await telling();
  context?.availability(false, 'gone');
  context?.report('value', 6);
  context?.availability(false, 'it is not ready yet');
  context?.availability(true, 'back');
  await rig.until(() => rig.device('toy').state === 'ready');
  expect([rig.device('toy').reading('value').value, quality()]).toEqual([6, 'good']);
});
