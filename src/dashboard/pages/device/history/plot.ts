import uPlot from 'uplot';

export interface PlotParts {
  readonly width: number;
  readonly height: number;
  /** What is drawn at 0, 1, …, where the values are no numbers. */
  readonly words: readonly string[] | undefined;
  readonly unit: string | null;
  /** Colours are those of the page around it. */
  readonly element: Element;
  /** Seconds since 1970. */
  readonly zoom: (from: number, to: number) => void;
}

/** A line that goes on as it was until the next value, in a band from the lowest to the highest. */
export function plotOptions({ width, height, words, unit, element, zoom }: PlotParts): uPlot.Options {
  const colour = (name: string): string => colourOf(element, `var(${name})`);
  const stepped = uPlot.paths.stepped?.({ align: 1 });
  const paths = stepped === undefined ? {} : { paths: stepped };
  const line = colour('--accent');
  const edge = { stroke: 'transparent', width: 0, points: { show: false }, ...paths };
  const axis = { stroke: colour('--dim'), font: '12px system-ui, sans-serif' };
  const grid = { stroke: colour('--line'), width: 1 };
  return {
    width,
    height,
    legend: { show: false },
    cursor: { drag: { x: true, y: false, setScale: false }, points: { size: 6 } },
    select: { show: true, left: 0, top: 0, width: 0, height: 0 },
    scales: { x: { time: true, auto: false }, y: { range: words === undefined ? room : [-0.5, words.length - 0.5] } },
    axes: [
      { ...axis, grid, ticks: grid, space: 80, values: times },
      {
        ...axis,
        grid,
        ticks: grid,
        size: (_, shown) => sizeOf(words ?? shown),
        ...ticksOf(words, unit),
        labelSize: 18,
        labelFont: axis.font,
      },
    ],
    series: [{}, edge, { stroke: line, width: 1.5, points: { show: false }, ...paths }, edge],
    bands: [{ series: [3, 1], fill: colourOf(element, 'color-mix(in srgb, var(--accent) 25%, transparent)') }],
    hooks: { setSelect: [(plot) => selected(plot, zoom)] },
  };
}

/** A canvas knows nothing of themes: what a colour comes to in this place. */
function colourOf(element: Element, colour: string): string {
  const probe = document.createElement('i');
  probe.style.color = colour;
  element.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

function selected(plot: uPlot, zoom: PlotParts['zoom']): void {
  const { left, width } = plot.select;
  if (width < 4) return;
  const [from, to] = [plot.posToVal(left, 'x'), plot.posToVal(left + width, 'x')];
  plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
  zoom(from, to);
}

/** Some room above and below, also for what does not change. */
function room(_: uPlot, low: number | null, high: number | null): uPlot.Range.MinMax {
  if (low === null || high === null) return [0, 1];
  const pad = high > low ? (high - low) * 0.08 : Math.max(Math.abs(high) * 0.05, 0.5);
  return [low - pad, high + pad];
}

/** As clocks go where the page is read; `step`: seconds between two of them. */
function times(_: uPlot, ticks: number[], _axis: number, _space: number, step: number): string[] {
  const clock = { hour: '2-digit', minute: '2-digit' } as const;
  const day = { day: 'numeric', month: 'short' } as const;
  const years = new Set(ticks.map((tick) => new Date(tick * 1000).getFullYear()));
  const date = years.size > 1 ? ({ ...day, year: 'numeric' } as const) : day;
  const parts = step < 60 ? { ...clock, second: '2-digit' as const } : step < 86_400 ? clock : date;
  const print = new Intl.DateTimeFormat(undefined, parts);
  return ticks.map((tick) => print.format(tick * 1000));
}

function ticksOf(words: readonly string[] | undefined, unit: string | null): uPlot.Axis {
  if (words === undefined) {
    const name = unit === null ? {} : { label: unit };
    // Twelve digits tell one tick from the next wherever they are, and have none of the noise of floats.
    return { ...name, values: (_, ticks) => ticks.map((tick) => String(Number(tick.toPrecision(12)))) };
  }
  return {
    splits: () => words.map((_, index) => index),
    values: (_, ticks) => ticks.map((tick) => shortened(words[tick] ?? '')),
  };
}

/** Of an axis, as what stands at it needs. There is nothing at it before anything is drawn. */
function sizeOf(shown: readonly string[] | null): number {
  return Math.min(140, 30 + 7 * Math.max(...(shown ?? []).map((each) => shortened(each).length), 4));
}

function shortened(word: string): string {
  return word.length > 16 ? `${word.slice(0, 15)}…` : word;
}
