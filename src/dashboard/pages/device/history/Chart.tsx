import 'uplot/dist/uPlot.min.css';
import { type RefObject, useEffect, useRef } from 'react';
import uPlot from 'uplot';
import { plotOptions } from './plot.ts';
import { between, type Range, type Span } from './range.ts';
import { columnsOf, type Series } from './series.ts';
import { useTheme } from './useTheme.ts';

interface Props {
  readonly series: Series;
  readonly span: Span;
  readonly zoom: (factor: number, at?: number) => void;
  readonly move: (share: number) => void;
  readonly until: number;
  readonly unit: string | null;
  readonly label: string;
  readonly onRange: (range: Range) => void;
  readonly onFollow: () => void;
}

const height = 260;

/** Drag over it, turn the wheel with Ctrl, or use the keys: the same as the buttons above it. */
export function Chart(props: Props) {
  const { series, span, until, unit, label, onFollow } = props;
  const box = useRef<HTMLDivElement>(null);
  const latest = useRef(props);
  useEffect(() => {
    latest.current = props;
  });
  const plot = usePlot(box, latest, `${unit} ${series.words?.join('\u0000') ?? ''} ${useTheme()}`);
  useEffect(() => {
    const { current } = plot;
    if (current === undefined) return;
    current.batch(() => {
      current.setData(columnsOf(series, until), false);
      current.setScale('x', { min: span.from / 1000, max: span.to / 1000 });
    });
  });
  const keys: Readonly<Record<string, () => void>> = {
    '+': () => props.zoom(0.5),
    '=': () => props.zoom(0.5),
    '-': () => props.zoom(2),
    ArrowLeft: () => props.move(-0.25),
    ArrowRight: () => props.move(0.25),
    Home: onFollow,
  };
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- An application takes keys.
    <div
      className="chart"
      ref={box}
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- As above.
      tabIndex={0}
      role="application"
      aria-label={`${label}: plus and minus zoom, left and right move, Home follows again. A table follows.`}
      onKeyDown={(event) => {
        const act = keys[event.key];
        if (act === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
        event.preventDefault();
        act();
      }}
    />
  );
}

/** The chart lives outside of React: one for each kind of axis and theme. */
function usePlot(box: RefObject<HTMLDivElement | null>, latest: RefObject<Props>, kind: string) {
  const plot = useRef<uPlot>(undefined);
  useEffect(() => {
    const element = box.current;
    if (element === null) return undefined;
    const { series, unit } = latest.current;
    const zoom = (from: number, to: number): void => latest.current.onRange(between(from * 1000, to * 1000));
    const options = plotOptions({ width: element.clientWidth, height, words: series.words, unit, element, zoom });
    const made = new uPlot(options, columnsOf(series, latest.current.until), element);
    plot.current = made;
    const resized = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height }));
    resized.observe(element);
    const wheel = (event: WheelEvent): void => {
      // Without Ctrl the wheel scrolls the page, as everywhere.
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      const { left } = made.over.getBoundingClientRect();
      const at = made.posToVal(event.clientX - left, 'x') * 1000;
      latest.current.zoom(event.deltaY < 0 ? 0.8 : 1.25, at);
    };
    element.addEventListener('wheel', wheel, { passive: false });
    return () => {
      element.removeEventListener('wheel', wheel);
      resized.disconnect();
      made.destroy();
      plot.current = undefined;
    };
    // oxlint-disable-next-line react/exhaustive-effect-dependencies -- Another kind of axis or theme is another chart.
  }, [box, latest, kind]);
  return plot;
}
