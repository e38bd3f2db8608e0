import type { CommandView } from '../../../client/index.ts';
import { OutcomeBadge } from '../../widgets/OutcomeBadge.tsx';
import { SimulatedBadge } from '../../widgets/SimulatedBadge.tsx';
import { instant } from './details/instant.ts';
import { duration } from './details/duration.ts';

interface Props {
  readonly commands: readonly CommandView[];
  readonly chosen: string | undefined;
  readonly hrefOf: (id: string) => string;
}

/** The newest on top. */
export function CommandTable({ commands, chosen, hrefOf }: Props) {
  return (
    <table className="commands">
      <caption className="visually-hidden">Commands, the newest first</caption>
      <thead>
        <tr>
          <th scope="col">Submitted</th>
          <th scope="col">Device</th>
          <th scope="col">Command</th>
          <th scope="col">Parameters</th>
          <th scope="col">Outcome</th>
          <th scope="col">Took</th>
          <th scope="col">By</th>
        </tr>
      </thead>
      <tbody>
        {commands.map((command) => (
          <Row key={command.id} command={command} isChosen={command.id === chosen} href={hrefOf(command.id)} />
        ))}
      </tbody>
    </table>
  );
}

function Row({ command, isChosen, href }: { command: CommandView; isChosen: boolean; href: string }) {
  const { device, submittedAt, params, by, endedAt } = command;
  const took = endedAt === null ? '' : duration(Date.parse(endedAt) - Date.parse(submittedAt));
  return (
    <tr aria-current={isChosen ? 'true' : undefined}>
      <td className="when">
        <time dateTime={submittedAt}>{instant(submittedAt)}</time>
      </td>
      <td>
        <a href={`#/devices/${encodeURIComponent(device)}`}>{device}</a>
      </td>
      <th scope="row">
        <a href={href}>{command.command}</a>
      </th>
      <td className="params">
        <code>{paramsIn(params)}</code>
      </td>
      <td>
        <span className="row">
          <OutcomeBadge state={command.state} outcome={command.outcome} />
          {command.simulated && <SimulatedBadge />}
        </span>
      </td>
      <td className="number">{took}</td>
      <td className="by">{by}</td>
    </tr>
  );
}

/** `volts=5`; what is more than a line can hold is among the details. */
function paramsIn(params: unknown): string {
  if (typeof params !== 'object' || params === null) return '';
  const text = Object.entries(params)
    .map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(' ');
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}
