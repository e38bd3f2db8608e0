import { useMemo, useState } from 'react';
import { usePage } from '../data/page.ts';
import { qualityNow, serviceNow } from '../data/shared.ts';
import { titleOf } from '../form/schema.ts';
import { dateAndTime, duration } from '../data/times.ts';
import { useLoaded } from '../data/useLoaded.ts';
import { useNow } from '../../../widgets/now.ts';
import { SimulatedBadge } from '../../../widgets/SimulatedBadge.tsx';
import { Chart } from './Chart.tsx';
import { HistoryTable } from './HistoryTable.tsx';
import { loadHistory } from './load.ts';
import { RangeButtons } from './RangeButtons.tsx';
import { moved, type Range, spanOf, zoomed } from './range.ts';
import { fromSamples, gapMs, heldUntil, type Series, withLive } from './series.ts';

const start: Range = { kind: 'last', ms: 3_600_000 };
const nothing = fromSamples([], false);

interface Props {
  readonly property: string | undefined;
  readonly onProperty: (name: string) => void;
}

/** What a property was over time. */
export function History({ property, onProperty }: Props) {
  const { detail } = usePage();
  const names = Object.entries(detail.properties).filter(([, { access }]) => access !== 'write');
  const numbers = names.filter(([, { schema }]) => isNumber(schema['type']));
  const chosen = property ?? (numbers[0] ?? names[0])?.[0];
  if (chosen === undefined) return null;
  return (
    <section className="panel sheet" aria-labelledby="history-title" id="history" tabIndex={-1}>
      <div className="sheet-head">
        <h2 id="history-title">History</h2>
        <select aria-label="Of which value" value={chosen} onChange={({ target }) => onProperty(target.value)}>
          {names.map(([name, { schema }]) => (
            <option key={name} value={name}>
              {titleOf(schema, name)}
            </option>
          ))}
        </select>
      </div>
      <OfProperty key={chosen} name={chosen} />
    </section>
  );
}

function OfProperty({ name }: { readonly name: string }) {
  const { detail, live, connected } = usePage();
  const [range, setRange] = useState<Range>(start);
  const now = useNow();
  const span = spanOf(range, now);
  const schema = detail.properties[name]?.schema ?? {};
  const { series, error } = useSeries(name, range, isNumber(schema['type']));
  const unit = typeof schema['unit'] === 'string' ? schema['unit'] : null;
  const property = live.properties.get(name);
  const quality = property && qualityNow(property, { view: live.view, connected, now }).quality;
  const shown = range.kind === 'last' && series !== undefined ? withLive(series, property?.recent ?? []) : series;
  const label = titleOf(schema, name);
  const follow = (): void => setRange(range.kind === 'last' ? range : start);
  return (
    <>
      <RangeButtons range={range} now={now} onRange={setRange} onFollow={follow} />
      <Chart
        series={shown ?? nothing}
        span={span}
        zoom={(factor, at) => setRange(zoomed(range, now, factor, at))}
        move={(share) => setRange(moved(range, now, share))}
        until={Math.min(span.to, heldUntil(now, quality, property?.at))}
        unit={unit}
        label={`History of ${label}`}
        onRange={setRange}
        onFollow={follow}
      />
      {shown?.simulated === true && (
        <p className="hint">
          <SimulatedBadge /> Some of this, at least, is what a simulator told.
        </p>
      )}
      <p className="hint" role="status">
        {error === undefined ? wordsOf(shown, range) : `There is no history: ${error}`}
      </p>
      <HistoryTable series={shown ?? nothing} span={span} unit={unit} />
    </>
  );
}

/** Of the time up to now it is asked again as it goes on, the more seldom the longer that is. */
function useSeries(name: string, range: Range, isNumber: boolean) {
  const { id } = usePage();
  const load = (signal: AbortSignal): Promise<Series> =>
    loadHistory(id, name, spanOf(range, serviceNow()), isNumber, signal);
  const follows = range.kind === 'last' ? { everyMs: Math.min(60_000, Math.max(3000, range.ms / 300)) } : {};
  const { value, error } = useLoaded(`history of ${name}`, load, { ...follows, version: JSON.stringify(range) });
  return useMemo(() => ({ series: value, error }), [value, error]);
}

/** It is read aloud when it changes, so it says no time that goes on. */
function wordsOf(series: Series | undefined, range: Range): string {
  if (series === undefined) return 'Asking for the history …';
  const time =
    range.kind === 'last' ? `The last ${duration(range.ms)}` : `${dateAndTime(range.from)} to ${dateAndTime(range.to)}`;
  if (series.samples.length === 0) return `${time}: nothing was kept in this time.`;
  if (series.cut) return `${time}: the first ${series.samples.length} changes; zoom in to see the others.`;
  if (series.bucketMs === undefined) {
    return `${time}: each value that was kept. Where none came for ${duration(gapMs(series))} there is a gap.`;
  }
  return `${time}: mean, lowest and highest of each ${shortly(series.bucketMs)}. Where nothing was kept for ${duration(gapMs(series))} there is a gap.`;
}

function shortly(ms: number): string {
  return ms < 10_000 ? `${Number((ms / 1000).toPrecision(2))} s` : duration(ms);
}

function isNumber(type: unknown): boolean {
  return type === 'number' || type === 'integer';
}
