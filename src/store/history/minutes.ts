import { minuteMs } from './schema.ts';

export interface Summed {
  readonly series: number;
  /** The minute's first ms. */
  readonly at: number;
  readonly least: number;
  readonly greatest: number;
  readonly total: number;
  readonly count: number;
}

interface Placed {
  readonly series: number;
  readonly at: number;
  readonly number: number | null;
}

export function minuteOf(at: number): number {
  return Math.floor(at / minuteMs) * minuteMs;
}

/** Sums numbers up by series and minute, so that a batch writes each minute once. */
export function summed(samples: readonly Placed[]): Summed[] {
  const minutes = new Map<string, Summed>();
  for (const { series, at: time, number } of samples) {
    if (number === null) continue;
    const at = minuteOf(time);
    const key = `${series} ${at}`;
    const sum = minutes.get(key);
    minutes.set(key, {
      series,
      at,
      least: Math.min(sum?.least ?? number, number),
      greatest: Math.max(sum?.greatest ?? number, number),
      total: Math.max(-Number.MAX_VALUE, Math.min(Number.MAX_VALUE, (sum?.total ?? 0) + number)),
      count: (sum?.count ?? 0) + 1,
    });
  }
  return [...minutes.values()];
}
