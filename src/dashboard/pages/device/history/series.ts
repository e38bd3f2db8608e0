import type { BucketView, Quality, SampleView } from '../../../../client/index.ts';
import { formatted } from '../../../widgets/format.ts';

/** One point in time; `low` and `high` differ from `mean` where several values were summed up. */
export interface Sample {
  readonly at: number;
  readonly low: number;
  readonly mean: number;
  readonly high: number;
}

export interface Series {
  readonly samples: readonly Sample[];
  /** What the numbers stand for, where the values are none: `words[0]` is drawn at 0. */
  readonly words: readonly string[] | undefined;
  /** Length of the stretches that were summed up, in ms; undefined for values as they were. */
  readonly bucketMs: number | undefined;
  /** There are more than could be read. */
  readonly cut: boolean;
  /** Some of it, at least, is what a simulator told. */
  readonly simulated?: boolean;
}

/**
 * A value stands for this long. By default one is kept every ten minutes although it does not change (docs/history.md), so a
 * longer silence is a gap: nobody knows what it was.
 */
export const heldMs = 11 * 60_000;
/** Different values that are no numbers; more of them are no picture. */
const maxWords = 24;

export function fromSamples(items: readonly SampleView[], cut: boolean): Series {
  const numbers = items.every(({ value }) => typeof value === 'number');
  if (numbers) {
    const samples = items.map(({ at, value }) => single(Date.parse(at), Number(value)));
    return { samples, words: undefined, bucketMs: undefined, cut };
  }
  const booleans = items.every(({ value }) => typeof value === 'boolean');
  const words = booleans
    ? [false, true].map(formatted)
    : fewOf([...new Set(items.map(({ value }) => formatted(value)))]);
  const samples = items.map(({ at, value }) => {
    const index = words.indexOf(formatted(value));
    return single(Date.parse(at), index < 0 ? words.length - 1 : index);
  });
  return { samples, words, bucketMs: undefined, cut };
}

/** Those that are more than fit share a place: left out, it would look as if the one before had held. */
function fewOf(words: readonly string[]): readonly string[] {
  return words.length <= maxWords ? words : [...words.slice(0, maxWords - 1), 'another one'];
}

export function fromBuckets(buckets: readonly BucketView[], bucketMs: number): Series {
  const samples = buckets.map(({ at, min, mean, max }) => ({ at: Date.parse(at), low: min, mean, high: max }));
  return { samples, words: undefined, bucketMs, cut: false };
}

/** Live values that the history has not been asked for yet. */
export function withLive(series: Series, recent: readonly { readonly at: number; readonly value: number }[]): Series {
  if (series.bucketMs !== undefined || series.words !== undefined || series.cut) return series;
  const last = series.samples.at(-1)?.at ?? 0;
  const more = recent.filter(({ at }) => at > last).map(({ at, value }) => single(at, value));
  return more.length === 0 ? series : { ...series, samples: [...series.samples, ...more] };
}

function single(at: number, value: number): Sample {
  return { at, low: value, mean: value, high: value };
}

/** Columns as the chart wants them: seconds, then values, with null where nothing is known. */
export type Columns = [number[], (number | null)[], (number | null)[], (number | null)[]];

/** Till when the last value holds: now if it is good, else as long as it was heard. */
export function heldUntil(now: number, quality: Quality | undefined, at: string | null | undefined): number {
  if (quality === 'good') return now;
  return at === null || at === undefined ? 0 : Date.parse(at);
}

/** A silence that is longer is a gap. */
export function gapMs({ bucketMs = 0 }: Series): number {
  return Math.max(heldMs, 2.5 * bucketMs);
}

/** `until`: the last value is known to hold till then, if that is not too long ago. */
export function columnsOf(series: Series, until: number): Columns {
  const columns: Columns = [[], [], [], []];
  const { samples, bucketMs } = series;
  const longest = gapMs(series);
  const put = (at: number, sample: Sample | undefined): void => {
    columns[0].push(at / 1000);
    columns[1].push(sample?.low ?? null);
    columns[2].push(sample?.mean ?? null);
    columns[3].push(sample?.high ?? null);
  };
  for (const [index, sample] of samples.entries()) {
    put(sample.at, sample);
    const next = samples[index + 1];
    if (next !== undefined && next.at - sample.at > longest) put(sample.at + 1, undefined);
  }
  const last = samples.at(-1);
  if (last !== undefined && bucketMs === undefined && until > last.at && until - last.at <= heldMs) put(until, last);
  return columns;
}
