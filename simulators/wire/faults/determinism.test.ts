import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { faulty, type Near, Subject } from '../../../test/support/faulty.ts';

const ms = fc.integer({ min: 0, max: 300 });
const direction = fc.option(fc.constantFrom('said', 'heard'), { nil: undefined });

const trigger = fc.record(
  {
    probability: fc.constantFrom(0.1, 0.5, 0.9),
    skip: fc.integer({ min: 0, max: 5 }),
    every: fc.integer({ min: 1, max: 4 }),
    afterBytes: fc.integer({ min: 0, max: 100 }),
    afterMs: ms,
    match: fc.constantFrom('a', '^b', 'a.*b', '[0-9]$'),
    when: fc.constantFrom({ state: 'level', above: 3 }, { state: 'level', below: 6 }),
    clearAfter: fc.integer({ min: 1, max: 6 }),
    clearAfterMs: ms,
  },
  { requiredKeys: [] },
);

const kinds = fc.oneof(
  fc.record({ kind: fc.constant('delay'), direction, ms, jitterMs: ms }),
  fc.record({ kind: fc.constant('late'), direction, ms }),
  fc.record({ kind: fc.constant('drop'), direction }),
  fc.record({ kind: fc.constant('duplicate'), direction, copies: fc.integer({ min: 1, max: 3 }), gapMs: ms }),
  fc.record({ kind: fc.constant('corrupt'), direction, unit: fc.constantFrom('bit', 'byte') }),
  fc.record({ kind: fc.constant('truncate'), direction }),
  fc.record({ kind: fc.constant('split'), direction, gapMs: ms }),
  fc.record({ kind: fc.constant('merge'), direction, frames: fc.integer({ min: 2, max: 4 }), ms }),
  fc.record({ kind: fc.constant('garbage'), direction }),
  fc.record({ kind: fc.constant('baud'), direction, baudRate: fc.constantFrom(300, 9600) }),
  fc.record({ kind: fc.constant('partial-write'), bytes: fc.integer({ min: 0, max: 4 }) }),
  fc.record({ kind: fc.constant('nak'), text: fc.constant('no') }),
  fc.record({ kind: fc.constant('reset'), bootMs: ms }),
  fc.record({ kind: fc.constant('unplug'), returnAfterMs: ms }),
  fc.record({ kind: fc.constantFrom('echo', 'hang', 'mute', 'wrong-device', 'collision', 'io-error', 'zero-read') }),
);

const fault = fc.tuple(kinds, trigger).map(([kind, when]) => {
  const given = Object.entries({ ...kind, ...when }).filter(([name, value]) => {
    return value !== undefined && !(kind.kind === 'hang' && name === 'clearAfter');
  });
  return Object.fromEntries(given);
});

const step = fc.record({ by: fc.constantFrom('near', 'far'), text: fc.string({ maxLength: 12 }), gap: ms });

/** All that both sides hear, and when, of this traffic under these faults. */
async function trace(
  seed: number,
  faults: readonly object[],
  steps: readonly { by: string; text: string; gap: number }[],
) {
  let level = 0;
  const bench = await faulty({
    seed,
    subject: new Subject((text) => `${text.toUpperCase()}!`),
    other: new Subject((text) => `other ${text}`),
    state: { level: { schema: { type: 'number' }, get: () => level } },
  });
  await bench.control.setFaults({ faults });
  const nears = [];
  let near: Near | undefined;
  for (const { by, text, gap } of steps) {
    level = (level + 1) % 10;
    if (near?.connection.isOpen !== true) {
      near = await bench.open().catch(() => undefined);
      if (near !== undefined) nears.push(near);
    }
    if (by === 'near') void near?.write(text).catch(() => {});
    else if (bench.subject.seen.length > 0) void bench.subject.say(text).catch(() => {});
    await bench.clock.advance(gap);
  }
  await bench.control.clearFaults();
  await bench.clock.advance(1000);
  const pending = bench.clock.pendingTimers;
  await bench.running.close();
  return { heard: bench.subject.heard, near: nears.map(({ timed }) => timed), events: bench.events, pending };
}

test('on memory wires the same seed and the same traffic give the same run, byte for byte; cleared, nothing is pending', async () => {
  const seeds = fc.integer({ min: 0, max: 0xffffffff });
  const property = fc.asyncProperty(
    seeds,
    fc.array(fault, { maxLength: 5 }),
    fc.array(step, { minLength: 1, maxLength: 15 }),
    async (seed, faults, steps) => {
      const first = await trace(seed, faults, steps);
      expect(first.pending).toBe(0);
      expect(await trace(seed, faults, steps)).toEqual(first);
    },
  );
  const seed = Number(process.env['FC_SEED'] ?? Date.now() & 0x7fffffff);
  console.info(`fast-check seed ${seed}`);
  await fc.assert(property, { numRuns: 100, seed });
}, 120_000);
