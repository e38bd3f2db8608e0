import { useCommands } from '../../live/index.ts';
import { OutcomeBadge } from '../../widgets/OutcomeBadge.tsx';

/** What the device was asked for last, and what became of it: that is what faults are tried on. */
export function LastCommands({ device }: { readonly device: string }) {
  const last = useCommands(device).slice(0, 6);
  if (last.length === 0) return <p className="quiet">None yet.</p>;
  return (
    <ul className="plain">
      {last.map((command) => (
        <li key={command.id}>
          <div className="row spread">
            <span>
              <a href={`#/commands/${command.id}`}>{command.command}</a>{' '}
              <span className="quiet">{new Date(command.submittedAt).toLocaleTimeString()}</span>
            </span>
            <OutcomeBadge state={command.state} outcome={command.outcome} />
          </div>
          {command.error !== undefined && <div className="quiet">{command.error.detail}</div>}
        </li>
      ))}
    </ul>
  );
}
