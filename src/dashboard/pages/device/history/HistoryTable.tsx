import { dateAndTime } from '../data/times.ts';
import { DeviceText } from '../DeviceText.tsx';
import { formatted } from '../../../widgets/format.ts';
import type { Span } from './range.ts';
import type { Series } from './series.ts';

const maxRows = 200;

/** The same in words and numbers, newest first. */
export function HistoryTable({
  series,
  span,
  unit,
}: {
  readonly series: Series;
  readonly span: Span;
  readonly unit: string | null;
}) {
  const { words, bucketMs } = series;
  const rows = series.samples.filter(({ at }) => at >= span.from && at <= span.to).toReversed();
  const name = unit === null ? '' : ` (${unit})`;
  return (
    <details className="history-table">
      <summary>As a table</summary>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- It scrolls, by keys as well. */}
      <div className="table-box" tabIndex={0} role="region" aria-label="History as a table">
        <table>
          <thead>
            <tr>
              <th scope="col">Time</th>
              {bucketMs !== undefined && <th scope="col">Lowest{name}</th>}
              <th scope="col">{bucketMs === undefined ? `Value${name}` : `Mean${name}`}</th>
              {bucketMs !== undefined && <th scope="col">Highest{name}</th>}
            </tr>
          </thead>
          <tbody>
            {rows.slice(0, maxRows).map(({ at, low, mean, high }) => (
              <tr key={at}>
                <td>{dateAndTime(at)}</td>
                {bucketMs !== undefined && <td>{formatted(low)}</td>}
                <td>
                  <DeviceText>{words === undefined ? formatted(mean) : (words[mean] ?? '')}</DeviceText>
                </td>
                {bucketMs !== undefined && <td>{formatted(high)}</td>}
              </tr>
            ))}
          </tbody>
        </table>
        {rows.length > maxRows && (
          <p className="faint">
            The latest {maxRows} of {rows.length}.
          </p>
        )}
        {rows.length === 0 && <p className="faint">Nothing was kept in this time.</p>}
      </div>
    </details>
  );
}
