import { BellcrankProblem, Unreachable } from '../../../../client/index.ts';

/** Where the detail says what to ask for over HTTP, which is of no use here. */
const ownWords: Readonly<Record<string, string>> = {
  'device-not-found': 'There is no such device.',
  'no-value': 'nobody can ask for it, the device tells it by itself',
};

/** What went wrong, as one sentence for whoever looks at the page. */
export function messageOf(error: unknown): string {
  if (error instanceof BellcrankProblem) return ownWords[error.code] ?? error.detail;
  if (error instanceof Unreachable) return 'The service does not answer.';
  return error instanceof Error ? error.message : String(error);
}
