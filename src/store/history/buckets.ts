import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Bucket } from '../store.ts';
import { turn } from '../thread/serve.ts';
import { type Floors, floorsOf } from './floors.ts';
import { minuteOf } from './minutes.ts';
import { minuteMs, sumMinutes, sumSamples } from './schema.ts';
import type { BucketsInput } from './work.ts';

/** From this length on a bucket is made of whole minutes: its samples are not looked at, and its edges are off by less. */
const coarseMs = 60 * minuteMs;

/** Buckets that are computed before whatever else waits has its turn. */
const atOnce = 50;

interface Sum {
  readonly least: number;
  readonly greatest: number;
  readonly total: number;
  readonly count: number;
}

/** Sums up a series in stretches of equal length, from samples as far as they go, and from minutes. */
export class BucketReader {
  readonly #db: DatabaseSync;
  readonly #samples: StatementSync;
  readonly #minutes: StatementSync;

  constructor(db: DatabaseSync) {
    this.#db = db;
    this.#samples = db.prepare(sumSamples);
    this.#minutes = db.prepare(sumMinutes);
  }

  async read(series: number, { from, to, points }: Pick<BucketsInput, 'from' | 'to' | 'points'>): Promise<Bucket[]> {
    const buckets: Bucket[] = [];
    const edge = (index: number): number => Math.min(to, from + Math.ceil(((to - from) * index) / points));
    let floors = floorsOf(this.#db);
    for (let index = 0; index < points; index++) {
      if (index % atOnce === atOnce - 1) {
        await turn();
        floors = floorsOf(this.#db);
      }
      const [start, end] = [edge(index), edge(index + 1)];
      const sum = combined(this.#sums(series, parts(start, end, floors)));
      const { least, greatest, count } = sum;
      if (count > 0) buckets.push({ at: start, min: least, mean: meanOf(sum), max: greatest, count });
    }
    return buckets;
  }

  #sums(series: number, stretches: readonly Part[]): Sum[] {
    const sums: Sum[] = [];
    for (const [table, from, to] of stretches) {
      if (from >= to) continue;
      // Aggregates give one row, with nulls where there is nothing; their names are those of a sum.
      const row = (table === 'minutes' ? this.#minutes : this.#samples).get(series, from, to);
      const sum = row as unknown as Sum;
      if (sum.count > 0) sums.push(sum);
    }
    return sums;
  }
}

/** Numbers as large as there are add up to more, of both signs to none: what is told lies among them all the same. */
function meanOf({ least, greatest, total, count }: Sum): number {
  const mean = total / count;
  return Number.isNaN(mean) ? least / 2 + greatest / 2 : Math.max(least, Math.min(greatest, mean));
}

type Part = readonly [table: 'samples' | 'minutes', from: number, to: number];

/**
 * Where the numbers between two times are to be found. A minute counts where it begins, unless there are samples, which
 * tell how much of it is on which side.
 */
export function parts(start: number, end: number, floors: Floors): Part[] {
  const old: Part = ['minutes', Math.max(start, floors.minutes), Math.min(end, floors.samples)];
  const from = Math.max(start, floors.samples);
  if (end - start >= coarseMs) return [old, ['minutes', from, end]];
  const firstWhole = minuteOf(from + minuteMs - 1);
  const endOfWhole = minuteOf(end);
  if (firstWhole >= endOfWhole) return [old, ['samples', from, end]];
  return [old, ['samples', from, firstWhole], ['minutes', firstWhole, endOfWhole], ['samples', endOfWhole, end]];
}

function combined(sums: readonly Sum[]): Sum {
  return {
    least: Math.min(...sums.map(({ least }) => least)),
    greatest: Math.max(...sums.map(({ greatest }) => greatest)),
    total: sums.reduce((total, sum) => total + sum.total, 0),
    count: sums.reduce((count, sum) => count + sum.count, 0),
  };
}
