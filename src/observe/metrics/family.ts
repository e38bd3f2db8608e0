import { Counter, Gauge, type Registry } from 'prom-client';

export interface Family<L extends string> {
  /** Without a prefix: `commands_total`. */
  readonly name: string;
  readonly help: string;
  readonly labels: readonly L[];
  /** As it stands now, asked at each scrape. */
  readonly read: () => Iterable<Reading<L>>;
}

export interface Reading<L extends string> {
  readonly labels: Readonly<Record<L, string>> | Readonly<Record<string, string>>;
  readonly value: number;
}

export const prefix = 'bellcrank_';

/** A gauge that is what it is read to be when somebody asks. */
export function gauge<L extends string>(registry: Registry, { name, help, labels, read }: Family<L>): void {
  const made = new Gauge({
    name: `${prefix}${name}`,
    help,
    labelNames: labels,
    registers: [],
    collect() {
      this.reset();
      for (const { labels: its, value } of read()) this.set(its as Record<L, string>, value); // prom-client checks the names
    },
  });
  registry.registerMetric(made);
}

/** A counter that somebody else counts: what is read must never become less. */
export function counter<L extends string>(registry: Registry, { name, help, labels, read }: Family<L>): void {
  const made = new Counter({
    name: `${prefix}${name}`,
    help,
    labelNames: labels,
    registers: [],
    collect() {
      this.reset();
      for (const { labels: its, value } of read()) this.inc(its as Record<L, string>, value); // prom-client checks the names
    },
  });
  registry.registerMetric(made);
}

/** One value without labels. */
export function one(value: number): readonly Reading<never>[] {
  return [{ labels: {}, value }];
}
