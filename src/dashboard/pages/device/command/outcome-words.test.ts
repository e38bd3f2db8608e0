import { expect, test } from 'vitest';
import { BellcrankProblem, type ProblemCode } from '../../../../client/index.ts';
import { wordsForProblem } from './outcome-words.ts';

const problem = (code: ProblemCode, status: number): BellcrankProblem =>
  new BellcrankProblem({ code, status, detail: 'what was said' });

test.each([
  ['unexpected-answer', 200],
  ['unexpected-answer', 403],
  ['unexpected-answer', 502],
  ['idempotency-in-flight', 409],
  ['internal', 500],
] as const)('%s with %i does not say that nothing was sent', (code, status) => {
  expect(wordsForProblem(problem(code, status))).toMatchObject({ tone: 'unknown' });
});

test.each([
  ['invalid-request', 400],
  ['leased', 423],
  ['shutting-down', 503],
] as const)('%s with %i: it was turned away before anything could leave', (code, status) => {
  expect(wordsForProblem(problem(code, status))).toMatchObject({ tone: 'not-sent' });
});
