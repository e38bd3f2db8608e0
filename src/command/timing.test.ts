import { expect, test } from 'vitest';
import { trusted } from '../access/caller.ts';
import type { Passage } from './step.ts';
import { timingOf } from './timing.ts';
import { End } from '../device/end.ts';

const submission = { device: 'a', command: 'set', params: {}, caller: trusted('test') };
const controllers = { queued: new End(), cancelled: new AbortController() };
const passage = (more: Partial<Passage>): Passage => ({ submission, arrivedAt: 1000, ...controllers, ...more });
const invoked = { returned: true, ignoredAbort: false, level: undefined, evidence: undefined } as const;

test('the queue ends where the first byte leaves, and the wire begins there', () => {
  const its = passage({ sendingAt: 1200, invoked: { ...invoked, left: true } });
  expect(timingOf(its, 1500)).toEqual({ totalMs: 500, queueMs: 200, wireMs: 300 });
});

test('what was announced to the record, and then provably did not leave, was never on the wire', () => {
  expect(timingOf(passage({ sendingAt: 1200, invoked: { ...invoked, left: false } }), 1500)).toEqual({ totalMs: 500 });
  expect(timingOf(passage({}), 1500)).toEqual({ totalMs: 500 });
});
