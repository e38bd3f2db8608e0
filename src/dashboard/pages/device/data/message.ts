import { BellcrankProblem, Unreachable } from '../../../../client/index.ts';

/** What went wrong, as one sentence for whoever looks at the page. */
export function messageOf(error: unknown): string {
  // Its detail says what to ask for over HTTP, which is of no use here.
  if (error instanceof BellcrankProblem) {
    return error.code === 'device-not-found' ? 'There is no such device.' : error.detail;
  }
  if (error instanceof Unreachable) return 'The service does not answer.';
  return error instanceof Error ? error.message : String(error);
}
