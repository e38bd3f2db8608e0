import { expect, test } from 'vitest';
import type { AnyDriver } from '../../src/driver/index.ts';
import { asNew } from '../../src/device/registry.ts';
import { BellcrankError } from '../../src/errors.ts';
import { createRig, MemoryLine } from '../support/rig.ts';
import { ToyDevice, toyDriver } from '../support/toy.ts';

test('a service that ends while a reload waits for a device to go opens its line no more', async () => {
  const toy = new ToyDevice();
  const line = new MemoryLine((far) => toy.serve(far));
  const rig = createRig(toyDriver(), { line }, [{ id: 'toy', connection: 'line' }]);
  await rig.until(() => rig.device('toy').state === 'ready');
  toy.held = [];
  const pulse = rig.submit('toy', 'pulse');
  await rig.until(() => toy.executed.length === 1);
  const replaced = [asNew(rig.device('toy'))];
  const exchange = { drivers: [], removed: [], replaced, added: [], openers: new Map(), dropped: [] };
  const exchanged = rig.registry.prepare(exchange).commit(new BellcrankError('device-offline', 'it was changed'));
  await rig.clock.advance(100);
  await rig.settled(rig.registry.close(new BellcrankError('shutting-down', 'the service ends')));
  await rig.settled(Promise.all([exchanged, pulse]));
  await rig.clock.advance(60_000);
  expect(line.opens).toBe(1);
  expect(rig.clock.pendingTimers).toBe(0);
});

test('a device that is on its way out when the service ends is said goodbye once', async () => {
  const driver = toyDriver();
  let goodbyes = 0;
  const detach = (): Promise<void> => {
    goodbyes++;
    return new Promise((resolve) => rig.clock.timer(200, () => resolve()));
  };
  const polite: AnyDriver = {
    ...driver,
    attach: async (...args) => ({ ...(await driver.attach(...args)), detach }),
  };
  const toy = new ToyDevice();
  const line = new MemoryLine((far) => toy.serve(far));
  const rig = createRig(polite, { line }, [{ id: 'toy', connection: 'line' }]);
  await rig.until(() => rig.device('toy').state === 'ready');
  const removing = rig.devices.remove('toy', { by: 'test' });
  await rig.until(() => goodbyes === 1);
  await rig.settled(rig.registry.close(new BellcrankError('shutting-down', 'the service ends')));
  await rig.settled(removing);
  expect(goodbyes).toBe(1);
});
