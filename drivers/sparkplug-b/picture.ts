import type { Birth } from './birth.ts';
import type { Described, MetricShape } from './describe.ts';
import type { CommandMetric } from './command.ts';
import type { Payload, RawMetric } from './payload.ts';
import { canonical, readValue, type Reading, type Value } from './values.ts';

/** What a message tells of one metric that is a property. */
export interface Told {
  readonly shape: MetricShape;
  readonly reading: Reading;
  /** Its device itself holds the value for bad or old. */
  readonly doubt?: string;
}

/** `Quality` of a metric (Sparkplug 3.0 §6.4.18): 0 bad, 192 good, 500 stale. */
const good = 192;

/** What is known of a node's or a device's metrics since its birth certificate. */
export class Picture {
  readonly described: Described;
  readonly #birth: Birth;
  readonly #known: ReadonlySet<string>;
  readonly #values = new Map<string, Value>();

  constructor(birth: Birth, described: Described) {
    this.#birth = birth;
    this.described = described;
    this.#known = new Set(birth.announced.map(({ name }) => name));
  }

  /** The last value that it told, if it holds that for good. */
  value(metric: string): Value | undefined {
    return this.#values.get(metric);
  }

  /** Values of now, last ones last. Throws for a metric that the birth certificate does not have. */
  take({ metrics }: Payload): readonly Told[] {
    const told = metrics.flatMap((metric) => this.#told(metric) ?? []);
    for (const { shape, reading, doubt } of told) {
      if ('value' in reading && doubt === undefined) this.#values.set(shape.metric, reading.value);
      else this.#values.delete(shape.metric);
    }
    return told;
  }

  /**
   * How a metric is named to its device: by its alias if it has one (§6.4.6), unless that may mean another one by now or
   * its device is known to want names.
   */
  command(shape: MetricShape, value: Value, byName: boolean): CommandMetric {
    const { metric, type } = shape;
    const alias = byName ? undefined : this.#birth.aliases.get(metric);
    const integerField = this.#birth.integerFields.get(metric);
    return {
      id: alias === undefined ? { name: metric } : { alias },
      type,
      value: canonical(type, value),
      ...(integerField !== undefined && { integerField }),
    };
  }

  #told(raw: RawMetric): Told | undefined {
    const name = raw.name ?? (raw.alias === undefined ? undefined : this.#birth.names.get(raw.alias));
    if (name === undefined || !this.#known.has(name))
      throw new Error(`${wordsOf(raw)} is not in its birth certificate`);
    const shape = this.described.byMetric.get(name);
    if (shape === undefined || raw.historical) return undefined;
    const quality = raw.properties.get('Quality');
    const doubted = typeof quality === 'number' && quality !== good;
    return {
      shape,
      reading: readingOf(raw, shape),
      ...(doubted && { doubt: `the device says that its quality is ${quality}` }),
    };
  }
}

function readingOf({ isNull, value }: RawMetric, { type }: MetricShape): Reading {
  if (isNull || value === undefined) return { unknown: 'the device says that it has no value' };
  return readValue(type, value);
}

function wordsOf({ name, alias }: RawMetric): string {
  if (name !== undefined) return `the metric ${JSON.stringify(name.slice(0, 100))}`;
  return alias === undefined ? 'a metric without name and alias' : `the alias ${alias}`;
}
