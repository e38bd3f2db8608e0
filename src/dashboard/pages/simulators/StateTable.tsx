import { formatted } from '../../widgets/format.ts';
import type { Does } from './does.ts';
import { labelOf } from './faults/kinds.ts';
import { SetValue } from './SetValue.tsx';
import type { Entry } from './views.ts';

/** What the simulated device is like, with a field beside whatever can be set. */
export function StateTable({ entries, does }: { readonly entries: readonly Entry[]; readonly does: Does }) {
  if (entries.length === 0) return <p className="quiet">This simulator shows no state.</p>;
  return (
    <table className="state">
      <caption className="visually-hidden">What the simulated device is like</caption>
      <tbody>
        {entries.map((entry) => (
          <Row key={entry.name} entry={entry} does={does} />
        ))}
      </tbody>
    </table>
  );
}

function Row({ entry, does }: { readonly entry: Entry; readonly does: Does }) {
  const { name, value, settable, schema } = entry;
  const title = labelOf(name, schema);
  const unit = schema['unit'];
  const set = (wanted: unknown): void => void does('PATCH', 'state', { [name]: wanted });
  return (
    <tr>
      <th scope="row">{title}</th>
      <td className="number">{`${shown(value)}${typeof unit === 'string' ? ` ${unit}` : ''}`}</td>
      <td>{settable && <SetValue title={title} schema={schema} set={set} />}</td>
    </tr>
  );
}

function shown(value: unknown): string {
  if (typeof value === 'number' || typeof value === 'boolean') return formatted(value);
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}
