import { expect, test, vi } from 'vitest';
import { mqttRpcDriver } from '../../drivers/mqtt-rpc/driver.ts';
import { systemClock } from '../../src/clock.ts';
import { defaultLimits } from '../../src/device/limits.ts';
import { Registry } from '../../src/device/registry.ts';
import { heapBytes } from '../support/heap.ts';
import { HubLine } from '../support/hub-line.ts';
import { silentLog } from '../support/rig.ts';

const count = 1000;
/** Measured: 3.5 to 4 KB, what the hub keeps of its subscription included. */
const mostBytes = 4200;

/** As the configuration has them: one object for all that is equal. */
const methods = {
  'set-voltage': {
    summary: 'Set the voltage',
    effect: 'idempotent',
    params: { properties: { volts: { type: 'number', minimum: 0, maximum: 30 } }, required: ['volts'] },
    result: { type: 'object', properties: { volts: { type: 'number' } }, required: ['volts'] },
  },
};

test('a configured device that answers requests weighs no more than it must', async () => {
  const line = new HubLine();
  const registry = new Registry({
    drivers: [mqttRpcDriver],
    clock: systemClock,
    random: Math.random,
    log: silentLog,
    limits: defaultLimits,
    maxDevices: 2 * count,
    observe: () => {},
  });
  registry.addConnection('broker', line.opener);
  const [labels, restrictions] = [{}, {}];
  const add = (index: number): void => {
    const id = `supply-${index}`;
    const options = { device: id, request: 'rpc/{device}/set', correlation: 'properties', methods };
    const its = { id, driver: 'mqtt-rpc', connection: 'broker', options, labels, restrictions };
    registry.add({ ...its, enabled: true, managedBy: 'config' });
  };
  const ready = async (): Promise<void> =>
    await vi.waitFor(() => expect(registry.devices.filter(({ state }) => state !== 'ready')).toHaveLength(0), {
      timeout: 30_000,
      interval: 50,
    });
  for (let index = 0; index < 200; index++) add(index);
  await ready();
  const before = heapBytes();
  for (let index = 200; index < count + 200; index++) add(index);
  await ready();
  expect((heapBytes() - before) / count).toBeLessThan(mostBytes);
  await Promise.all(registry.connections.map((link) => link.stop()));
}, 60_000);
