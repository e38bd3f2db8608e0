import type { PropertySpec, PropertyView } from '../../client/index.ts';
import type { Style } from './output/paint.ts';
import type { Cell, Column } from './output/table.ts';
import { ago } from './output/time.ts';
import { valueText } from './output/value.ts';

export const readingColumns: readonly Column[] = [
  { title: 'PROPERTY' },
  { title: 'VALUE', flexible: true },
  { title: 'QUALITY' },
  { title: 'READ' },
  { title: 'ACCESS' },
  { title: 'NOTE', flexible: true },
];

export const qualityStyles: Readonly<Record<PropertyView['quality'], Style>> = {
  good: 'green',
  stale: 'yellow',
  bad: 'red',
};

/** What is known of a property. */
export function readingRow(
  reading: Omit<PropertyView, 'links'>,
  now: number,
  access?: PropertySpec['access'],
): readonly Cell[] {
  const { name, value, unit, quality, at, error, simulated, source } = reading;
  const notes = [...(simulated ? ['simulated'] : []), ...(error === undefined ? [] : [error])];
  if (source === 'write-only') return [name, '', '', '', 'write', notes.join(', ')];
  const read = { text: quality, style: qualityStyles[quality] };
  return [name, { text: valueText(value, unit), style: 'bold' }, read, ago(at, now), access ?? '', notes.join(', ')];
}
