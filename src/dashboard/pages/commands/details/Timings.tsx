import type { CommandView } from '../../../../client/index.ts';
import { instant } from './instant.ts';
import { duration } from './duration.ts';

/** Submitted, sent, ended: when, and how long each step took. */
export function Timings({ command }: { readonly command: CommandView }) {
  const { submittedAt, sentAt, endedAt } = command;
  const steps = [
    { name: 'Submitted', at: submittedAt, since: null },
    { name: 'Sent', at: sentAt, since: submittedAt },
    { name: 'Ended', at: endedAt, since: sentAt ?? submittedAt },
  ];
  return (
    <ol className="timings">
      {steps.map(({ name, at, since }) => (
        <li key={name} className={at === null ? 'quiet' : undefined}>
          <strong>{name}</strong>
          {at === null ? <span>–</span> : <time dateTime={at}>{instant(at)}</time>}
          {at !== null && since !== null && <span className="quiet">{`+ ${duration(between(since, at))}`}</span>}
        </li>
      ))}
    </ol>
  );
}

function between(from: string, to: string): number {
  return Math.max(0, Date.parse(to) - Date.parse(from));
}
