import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { normal, type Phase, step, type Verdict } from './condition.ts';

interface Stretch {
  readonly verdict: Verdict;
  readonly ms: number;
}

type Told = readonly [at: number, change: 'raised' | 'cleared'];

/** Drives the machine as its owner does: at each news, and whenever it says that it is due. */
function drive(stretches: readonly Stretch[], delayMs: number): Told[] {
  const told: Told[] = [];
  let phase: Phase = normal;
  let now = 0;
  const look = (verdict: Verdict): number | undefined => {
    const next = step(phase, verdict, now, delayMs);
    phase = next.phase;
    if (next.change !== undefined) told.push([now, next.change]);
    return next.dueInMs;
  };
  for (const { verdict, ms } of stretches) {
    const until = now + ms;
    for (let due = look(verdict); due !== undefined && now + due < until; due = look(verdict)) now += due;
    now = until;
  }
  return told;
}

/** The same told millisecond by millisecond: what holds counts, what is unknown stands still, anything else begins anew. */
function expected(stretches: readonly Stretch[], delayMs: number): Told[] {
  const told: Told[] = [];
  let isRaised = false;
  let heldMs = 0;
  let now = 0;
  for (const { verdict, ms } of stretches) {
    for (let spent = 0; spent < ms; spent++, now++) {
      if (verdict === 'between' || verdict === 'within') heldMs = 0;
      if (!isRaised && verdict === 'beyond' && heldMs >= delayMs) {
        isRaised = true;
        told.push([now, 'raised']);
      }
      if (isRaised && verdict === 'within') {
        isRaised = false;
        told.push([now, 'cleared']);
      }
      if (verdict === 'beyond') heldMs += 1;
      if (isRaised) heldMs = 0;
    }
  }
  return told;
}

const stretch = fc.record({
  verdict: fc.constantFrom<Verdict>('beyond', 'between', 'within', 'unknown'),
  ms: fc.integer({ min: 1, max: 30 }),
});

test('it is raised when it has held for the delay, to the millisecond, and clears when it is normal', () => {
  fc.assert(
    fc.property(fc.array(stretch, { maxLength: 30 }), fc.integer({ min: 0, max: 40 }), (stretches, delayMs) => {
      expect(drive(stretches, delayMs)).toEqual(expected(stretches, delayMs));
    }),
  );
});

test('within the hysteresis nothing changes', () => {
  const verdict = fc.constantFrom<Verdict>('beyond', 'between', 'unknown');
  fc.assert(
    fc.property(fc.array(fc.record({ verdict, ms: fc.integer({ min: 1, max: 30 }) })), (rest) => {
      expect(drive([{ verdict: 'beyond', ms: 1 }, ...rest], 0)).toEqual([[0, 'raised']]);
    }),
  );
});

test('without news of it nothing is raised and nothing clears', () => {
  expect(
    drive(
      [
        { verdict: 'beyond', ms: 5 },
        { verdict: 'unknown', ms: 1000 },
      ],
      10,
    ),
  ).toEqual([]);
  const later = [
    { verdict: 'beyond', ms: 5 },
    { verdict: 'unknown', ms: 1000 },
    { verdict: 'beyond', ms: 50 },
  ] as const;
  expect(drive(later, 10)).toEqual([[1010, 'raised']]);
  expect(
    drive(
      [
        { verdict: 'beyond', ms: 5 },
        { verdict: 'unknown', ms: 1000 },
        { verdict: 'within', ms: 1 },
      ],
      0,
    ),
  ).toEqual([
    [0, 'raised'],
    [1005, 'cleared'],
  ]);
});
