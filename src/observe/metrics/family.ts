import type * as Prom from 'prom-client';

type Make = (prom: typeof Prom) => Prom.Metric;

/** Metrics that are made when somebody first asks for them: until then nothing of prom-client is read. */
export class Families {
  readonly #unmade: Make[] = [];
  #registry: Prom.Registry | undefined;

  add(make: Make): void {
    this.#unmade.push(make);
  }

  /** That of all that were added. */
  async registry(): Promise<Prom.Registry> {
    const prom = await import('prom-client');
    this.#registry ??= new prom.Registry();
    for (const make of this.#unmade.splice(0)) this.#registry.registerMetric(make(prom));
    return this.#registry;
  }
}

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
export function gauge<L extends string>(families: Families, { name, help, labels, read }: Family<L>): void {
  families.add(
    (prom) =>
      new prom.Gauge({
        name: `${prefix}${name}`,
        help,
        labelNames: labels,
        registers: [],
        collect() {
          this.reset();
          for (const { labels: its, value } of read()) this.set(its as Record<L, string>, value); // prom-client checks the names
        },
      }),
  );
}

/** A counter that somebody else counts: what is read must never become less. */
export function counter<L extends string>(families: Families, { name, help, labels, read }: Family<L>): void {
  families.add(
    (prom) =>
      new prom.Counter({
        name: `${prefix}${name}`,
        help,
        labelNames: labels,
        registers: [],
        collect() {
          this.reset();
          for (const { labels: its, value } of read()) this.inc(its as Record<L, string>, value); // prom-client checks the names
        },
      }),
  );
}

/** One value without labels. */
export function one(value: number): readonly Reading<never>[] {
  return [{ labels: {}, value }];
}
