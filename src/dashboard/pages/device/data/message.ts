import { BellcrankProblem, Unreachable } from '../../../../client/index.ts';

/** What went wrong, as one sentence for whoever looks at the page. */
export function messageOf(error: unknown): string {
  if (error instanceof BellcrankProblem) return error.detail;
  if (error instanceof Unreachable) return 'The service does not answer.';
  return error instanceof Error ? error.message : String(error);
}
