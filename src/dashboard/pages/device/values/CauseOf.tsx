import { usePage } from '../data/page.ts';
import type { LiveProperty } from '../data/shared.ts';

/** What changed it: a command of somebody's, somebody or something else, or time alone. */
export function CauseOf({ cause }: { readonly cause: LiveProperty['cause'] }) {
  const { commands } = usePage();
  if (cause === undefined) return null;
  if (cause.kind === 'poll') return <span>seen by a poll</span>;
  if (cause.kind === 'external') return <span>told by the device</span>;
  const { commandId } = cause;
  const command = commands.find(({ id }) => id === commandId);
  const focus = (): void => {
    const row = document.querySelector(`[data-command="${CSS.escape(commandId)}"]`);
    if (row instanceof HTMLElement) row.focus();
  };
  return (
    <button type="button" className="link" onClick={focus} disabled={command === undefined}>
      by {command?.command ?? 'a command'}
    </button>
  );
}
