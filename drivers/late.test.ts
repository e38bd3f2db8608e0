import { expect, test } from 'vitest';
import { type AnyDriver, contractVersion } from '../src/driver/index.ts';
import { drivers } from './index.ts';
import { lateDriver } from './late.ts';
import * as onBrokers from './on-brokers.ts';
import * as onLines from './on-lines.ts';

const model = { name: 'toy', summary: 'Toy', commands: {}, properties: {}, events: {} };
const bare: AnyDriver = {
  contract: contractVersion,
  model,
  transports: ['mqtt'],
  options: { type: 'object' },
  attach: () => Promise.resolve({ commands: {} }),
};
const whole: AnyDriver = {
  ...bare,
  maxInFlight: 3,
  timing: { gapMs: 1 },
  serial: { baudRate: 9600 },
  selfDescribing: true,
  address: String,
  explain: ({ kind }) => kind,
  discoveryOptions: { type: 'object' },
  discover: () => Promise.reject(new Error('looked')),
};

test('a late driver is not made for its name, nor for whether it discovers anything', () => {
  const late = lateDriver('toy', () => {
    throw new Error('made');
  });
  expect([late.contract, late.model.name, late.discover]).toEqual([contractVersion, 'toy', undefined]);
  expect(late.discoveryOptions).toBeUndefined();
  expect(() => late.options).toThrow('made');
});

test('it says what the driver says, and has what that has', async () => {
  const late = lateDriver('toy', () => whole, { discovers: true });
  const { address, explain, discover, attach, model: its, ...data } = late;
  const { address: _a, explain: _e, discover: _d, attach: _t, model: _m, ...expected } = whole;
  expect(data).toEqual(expected);
  expect({ ...its }).toEqual({ ...model, stop: undefined });
  expect([address?.(1), explain?.({ kind: 'sent', bytes: Buffer.of() }, {})]).toEqual(['1', 'sent']);
  await expect(discover?.(undefined as never, undefined as never, undefined as never)).rejects.toThrow('looked');
  expect(await attach(null, {}, undefined as never)).toEqual({ commands: {} });
});

test('it has nothing that the driver has not', () => {
  const { address, explain, selfDescribing, discoveryOptions } = lateDriver('toy', () => bare, {
    discovers: true,
  });
  expect([address, explain, selfDescribing, discoveryOptions]).toEqual(Array(4).fill(undefined));
});

test.each(
  [...Object.values(onBrokers), ...Object.values(onLines)].map((driver) => [driver.model.name, driver] as const),
)('%s is listed under its name', (name, driver) => {
  const listed = drivers.filter((each) => each.model.name === name);
  expect(listed.map(({ options }) => options)).toEqual([driver.options]);
  expect({ ...listed[0]?.model }).toEqual({ stop: undefined, ...driver.model });
});
