import { memo } from 'react';
import type { LiveProperty } from '../data/shared.ts';

const width = 120;
const height = 28;

/** The last minutes at a glance; the history has the numbers. */
export const Sparkline = memo(function Sparkline({ points }: { readonly points: LiveProperty['recent'] }) {
  const line = lineOf(points);
  return (
    <svg className="sparkline" viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none" aria-hidden="true">
      {line !== '' && <polyline points={line} />}
    </svg>
  );
});

function lineOf(points: LiveProperty['recent']): string {
  const [first] = points;
  const last = points.at(-1);
  if (first === undefined || last === undefined || points.length < 2) return '';
  const values = points.map(({ value }) => value);
  const low = Math.min(...values);
  const span = Math.max(...values) - low;
  const time = Math.max(1, last.at - first.at);
  return points
    .map(({ at, value }) => {
      const x = ((at - first.at) / time) * width;
      // What does not move is drawn in the middle.
      const y = span === 0 ? height / 2 : height - 2 - ((value - low) / span) * (height - 4);
      return `${x.toFixed(1)},${y.toFixed(1)}`;
    })
    .join(' ');
}
