import type { CommandView } from '../../client/index.ts';

const words = {
  succeeded: ['ok', 'succeeded'],
  refused: ['bad', 'refused'],
  failed: ['bad', 'failed'],
  'not-sent': ['dim', 'not sent'],
  unknown: ['unknown', 'unknown'],
} as const;
const states = { queued: 'queued', sent: 'sent, no answer yet', ended: 'ended' } as const;

type Props = Pick<CommandView, 'state'> & { readonly outcome?: CommandView['outcome'] | undefined };

/** What became of a command. `unknown` has a look of its own: it is neither success nor failure. */
export function OutcomeBadge({ state, outcome }: Props) {
  const [tone, text] = outcome === undefined ? (['busy', states[state]] as const) : words[outcome];
  return (
    <span className={`badge outcome ${tone}`}>
      <i aria-hidden="true" />
      {text}
    </span>
  );
}
