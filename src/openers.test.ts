import { expect, test } from 'vitest';
import { createOpeners, type OpenerParts } from './openers.ts';
import { VirtualClock } from './testing/virtual-clock.ts';

const log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

function openers(config: OpenerParts['config']) {
  const simulate = (): never => {
    throw new Error('a simulator was started');
  };
  return createOpeners({ config, transports: [], simulate, clock: new VirtualClock(), log });
}

test.each([
  { kind: 'simulate', simulated: true, via: 'memory', devices: [{ model: 'toy', seed: 1, options: {} }] },
  { kind: 'transport', transport: 'tcp', settings: {}, simulated: true },
] as const)(
  'whoever made the configuration, nothing simulated is opened where it is not allowed: $kind',
  async (line) => {
    await expect(openers({ connections: { line }, allowSimulated: false })).rejects.toThrow(
      'connection line is simulated, which allowSimulated: false forbids',
    );
  },
);
