import type { CommandView } from '../../../client/index.ts';
import type { Style } from '../output/paint.ts';

/** How an outcome looks; `unknown` looks neither like success nor like failure. */
export const outcomeStyles: Readonly<Record<string, Style>> = {
  succeeded: 'green',
  refused: 'red',
  failed: 'red',
  'not-sent': 'yellow',
  unknown: 'magenta',
};

type Told = Pick<CommandView, 'outcome' | 'reason' | 'confirmation' | 'state'> & {
  readonly error?: { readonly detail: string } | undefined;
};

/** What became of a command, in words that nobody takes for something else. */
export function outcomeWords({ state, outcome, reason, confirmation, error }: Told): string {
  const detail = error === undefined ? '' : `: ${error.detail}`;
  switch (outcome) {
    case 'succeeded':
      return `succeeded (${confirmation ?? 'no confirmation'})`;
    case 'refused':
      return `was refused, nothing changed${detail}`;
    case 'failed':
      return `failed${detail}`;
    case 'not-sent':
      return `was not sent${reason === undefined ? '' : ` (${reason})`}${detail}`;
    case 'unknown':
      return `has an unknown outcome: it may have happened or not${detail}`;
    default:
      return state === 'queued' ? 'waits in the queue' : 'has left; its end is not known yet';
  }
}
