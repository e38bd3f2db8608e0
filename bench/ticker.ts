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
