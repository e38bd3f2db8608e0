import { Type } from '@sinclair/typebox';
import { type AnyDriver, contractVersion } from '../src/driver/index.ts';
import type { SimulatorKind } from '../simulators/simulator.ts';

const options = Type.Object({}, { additionalProperties: false });

/** A device that is asked for a number ten times a second, and costs next to nothing. */
export const tickerDriver: AnyDriver = {
  contract: contractVersion,
  transports: ['serial', 'tcp'],
  options,
  model: {
    name: 'bench-ticker',
    summary: 'A number ten times a second, for benchmarks',
    commands: {},
    properties: {
      count: { summary: 'A number', schema: Type.Integer({ unit: 'V' }), access: 'read', source: { pollMs: 100 } },
    },
    events: {},
  },
  attach: () => {
    let count = 0;
    return Promise.resolve({ commands: {}, read: { count: () => Promise.resolve(count++) } });
  },
};

export const tickerSimulator: SimulatorKind = {
  model: 'bench-ticker',
  options,
  create: () => ({ driver: tickerDriver, wire: { shape: 'bytes', serve: () => {} }, close: () => {} }),
};

/** How many properties such a device has, and how often each is asked for. */
export const manyProperties = { count: 100, pollMs: 2000 } as const;

const names = Array.from({ length: manyProperties.count }, (_, index) => `count-${index}`);
const property = {
  summary: 'A number',
  schema: Type.Integer(),
  access: 'read',
  source: { pollMs: manyProperties.pollMs },
} as const;

/** A device with many numbers, each another one whenever it is asked for. */
export const manyDriver: AnyDriver = {
  ...tickerDriver,
  model: {
    name: 'bench-many',
    summary: 'Many numbers, for benchmarks',
    commands: {},
    properties: Object.fromEntries(names.map((name) => [name, property])),
    events: {},
  },
  attach: () => {
    let count = 0;
    const read = Object.fromEntries(names.map((name) => [name, () => Promise.resolve(count++)]));
    return Promise.resolve({ commands: {}, read });
  },
};

export const manySimulator: SimulatorKind = {
  model: 'bench-many',
  options,
  create: () => ({ driver: manyDriver, wire: { shape: 'bytes', serve: () => {} }, close: () => {} }),
};
