import type { Metric } from 'prom-client';
import { type Families, prefix } from './family.ts';

type Labels = Readonly<Record<string, string>>;

export interface DurationsFamily {
  /** Without a prefix: `command_duration_seconds`. */
  readonly name: string;
  readonly help: string;
  /** Seconds, the shortest first. */
  readonly buckets: readonly number[];
}

/** How long something took with one set of labels. */
export class Durations {
  readonly labels: Labels;
  readonly #buckets: readonly number[];
  /** By the bucket that it falls in; what is longer than all of them is in none. */
  readonly #counts: number[];
  #count = 0;
  #sum = 0;

  constructor(labels: Labels, buckets: readonly number[]) {
    this.labels = labels;
    this.#buckets = buckets;
    this.#counts = buckets.map(() => 0);
  }

  observe(ms: number): void {
    const seconds = ms / 1000;
    let at = 0;
    while (at < this.#buckets.length && seconds > (this.#buckets[at] ?? Infinity)) at++;
    if (at < this.#counts.length) this.#counts[at] = (this.#counts[at] ?? 0) + 1;
    this.#count++;
    this.#sum += seconds;
  }

  /** As Prometheus wants it: each bucket counts what the shorter ones do, too. */
  *values(metricName: string) {
    const { labels } = this;
    let below = 0;
    for (const [at, le] of this.#buckets.entries()) {
      below += this.#counts[at] ?? 0;
      yield { metricName: `${metricName}_bucket`, labels: { le, ...labels }, value: below };
    }
    yield { metricName: `${metricName}_bucket`, labels: { le: '+Inf', ...labels }, value: this.#count };
    yield { metricName: `${metricName}_sum`, labels, value: this.#sum };
    yield { metricName: `${metricName}_count`, labels, value: this.#count };
  }
}

/**
 * A histogram of which whoever observes keeps the series: prom-client’s own looks for it by its labels each time, which for
 * three observations of each command is more than all else that is counted.
 */
export function histogram(families: Families, { name, help, buckets }: DurationsFamily): (labels: Labels) => Durations {
  const full = `${prefix}${name}`;
  const all: Durations[] = [];
  const get = async () => ({
    name: full,
    help,
    type: 'histogram',
    aggregator: 'sum',
    values: all.flatMap((each) => [...each.values(full)]),
  });
  families.add(() => ({ name: full, type: 'histogram', get }) as unknown as Metric); // all that a registry asks of one
  return (labels) => {
    const made = new Durations(labels, buckets);
    all.push(made);
    return made;
  };
}
