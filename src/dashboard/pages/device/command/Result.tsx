import { DeviceText } from '../DeviceText.tsx';
import { formatted } from '../../../widgets/format.ts';

/** Nobody else shows it whole; a page of text is a page all the same. */
const maxShown = 2000;

/** What a command came back with, and what the device said of it. */
export function Result({ result, evidence }: { readonly result?: unknown; readonly evidence?: unknown }) {
  const rows = [...rowsOf(result), ...rowsOf(evidence)];
  if (rows.length === 0) return null;
  return (
    <dl className="result">
      {rows.map(([key, value]) => (
        <div key={key}>
          <dt>{key}</dt>
          <dd>
            <DeviceText>{formatted(value, maxShown)}</DeviceText>
          </dd>
        </div>
      ))}
    </dl>
  );
}

function rowsOf(value: unknown): readonly (readonly [string, unknown])[] {
  if (value === undefined || value === null) return [];
  return typeof value === 'object' && !Array.isArray(value) ? Object.entries(value) : [['result', value]];
}
