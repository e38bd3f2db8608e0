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
export function gauge<L extends string>(families: Families, family: Family<L>): void {
  families.add(
    (prom) =>
      new prom.Gauge({
        ...described(family),
        collect() {
          this.reset();
          for (const { labels, value } of family.read()) this.set(labels as Record<L, string>, value); // prom-client checks the names
        },
      }),
  );
}

/** A counter that somebody else counts: what is read must never become less. */
export function counter<L extends string>(families: Families, family: Family<L>): void {
  families.add(
    (prom) =>
      new prom.Counter({
        ...described(family),
        collect() {
          this.reset();
          for (const { labels, value } of family.read()) this.inc(labels as Record<L, string>, value); // prom-client checks the names
        },
      }),
  );
}

function described<L extends string>({ name, help, labels }: Family<L>) {
  return { name: `${prefix}${name}`, help, labelNames: labels, registers: [] };
}

/** One value without labels. */
export function one(value: number): readonly Reading<never>[] {
  return [{ labels: {}, value }];
}
