import type { CommandView, Outcome } from '../../../client/index.ts';
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
  if (outcome === undefined) return state === 'queued' ? 'waits in the queue' : 'has left; its end is not known yet';
  const words: Readonly<Record<Outcome, string>> = {
    succeeded: `succeeded (${confirmation ?? 'no confirmation'})`,
    refused: `was refused, nothing changed${detail}`,
    failed: `failed${detail}`,
    'not-sent': `was not sent${reason === undefined ? '' : ` (${reason})`}${detail}`,
    unknown: `has an unknown outcome: it may have happened or not${detail}`,
  };
  return words[outcome];
}
