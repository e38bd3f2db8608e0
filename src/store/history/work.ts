import type { Bucket } from '../store.ts';

/** One sample on its way to the thread: a number as such, everything else as JSON. */
export interface PlainSample {
  readonly device: string;
  readonly property: string;
  readonly at: number;
  readonly number: number | null;
  readonly json: string | null;
}

/** Samples as they cross to the thread: the fields of each in a row, in the order above. Copying objects costs thrice as much. */
export type PackedSamples = readonly (string | number | null)[];

export interface Retention {
  /** Age at which samples go, and only what minutes sum up of them is left, in ms. */
  readonly rawMaxAgeMs: number;
  /** Age at which that goes, too, in ms. */
  readonly maxAgeMs: number;
  /** How large the file may grow, in bytes; the oldest goes first. */
  readonly maxBytes: number;
}

export interface HistoryData {
  readonly path: string;
  readonly retention: Retention;
}

/** A place among the samples of a series. */
export interface Place {
  readonly at: number;
  readonly n: number;
}

export interface Span {
  readonly device: string;
  readonly property: string;
  readonly from: number;
  readonly to: number;
}

export interface SamplesInput extends Span {
  /** Only those behind this place. */
  readonly after: Place | undefined;
  readonly limit: number;
}

export interface StoredSample extends Place {
  readonly number: number | null;
  readonly json: string | null;
}

export interface BucketsInput extends Span {
  readonly points: number;
}

/** What the thread of the history can be asked. */
export interface HistoryWork {
  open(input: undefined): void;
  add(samples: PackedSamples): void;
  /** One more than the limit, where there are as many. */
  samples(input: SamplesInput): readonly StoredSample[];
  buckets(input: BucketsInput): Promise<readonly Bucket[]>;
  /** Deletes what has become too old or too much; the input is the time now. */
  maintain(now: number): Promise<void>;
  close(input: undefined): void;
}
