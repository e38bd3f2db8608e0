import type { CommandTiming } from '../../command/step.ts';
import type { CommandRecord } from '../../store/record.ts';
import { type Durations, histogram } from './durations.ts';
import { counter, type Families } from './family.ts';
import { FewNames, maxDrivers } from './few.ts';
import { type Labelled, Sums } from './sums.ts';

/** Seconds: from a command on a fast line to one that takes as long as a request may. */
const buckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

const about = ['driver', 'simulated'] as const;

interface Labels {
  readonly driver: string;
  readonly simulated: string;
}

/** What is added to with most commands of a driver. */
interface Series {
  readonly labels: Labels;
  readonly total: Durations;
  readonly queue: Durations;
  readonly wire: Durations;
  succeeded: Labelled | undefined;
}

/** What becomes of commands and stops, counted as they end. */
export class CommandMetrics {
  readonly #ended = new Sums();
  readonly #late = new Sums();
  readonly #stops = new Sums();
  readonly #drivers = new FewNames(maxDrivers);
  readonly #durations: (labels: Readonly<Record<string, string>>) => Durations;
  /** By driver: of devices, and of simulated ones. */
  readonly #real = new Map<string, Series>();
  readonly #simulated = new Map<string, Series>();

  constructor(families: Families) {
    const outcomes = ['outcome', 'reason', 'code', ...about];
    counter(families, {
      name: 'commands_total',
      help: 'Commands that ended, by what is known to have become of them.',
      labels: outcomes,
      read: () => this.#ended,
    });
    counter(families, {
      name: 'commands_resolved_late_total',
      help: 'Commands that had ended unknown, and whose late reply told what became of them.',
      labels: ['outcome', ...about],
      read: () => this.#late,
    });
    counter(families, {
      name: 'stops_total',
      help: 'Stops of devices, by what is known to have become of them.',
      labels: ['outcome', ...about],
      read: () => this.#stops,
    });
    this.#durations = histogram(families, {
      name: 'command_duration_seconds',
      help: 'How long commands took: stage queue until the first byte left, wire from then on, total altogether.',
      buckets,
    });
  }

  ended(record: CommandRecord, driver: string, timing: CommandTiming | undefined): void {
    const its = this.#seriesOf(record, driver);
    if (timing === undefined) return this.#late.add({ outcome: record.outcome ?? 'unknown', ...its.labels }, 1);
    this.#count(record, its);
    if (timing.totalMs !== undefined) its.total.observe(timing.totalMs);
    if (timing.queueMs !== undefined) its.queue.observe(timing.queueMs);
    if (timing.wireMs !== undefined) its.wire.observe(timing.wireMs);
  }

  stopped(record: CommandRecord, driver: string): void {
    this.#stops.add({ outcome: record.outcome ?? 'unknown', ...this.#seriesOf(record, driver).labels }, 1);
  }

  #count(record: CommandRecord, its: Series): void {
    const { outcome = 'unknown', reason = '', error } = record;
    const code = error?.code ?? '';
    if (outcome !== 'succeeded') return this.#ended.add({ outcome, reason, code, ...its.labels }, 1);
    its.succeeded ??= this.#ended.series({ outcome, reason, code, ...its.labels });
    its.succeeded.value++;
  }

  #seriesOf({ simulated }: CommandRecord, name: string): Series {
    const driver = this.#drivers.label(name);
    const all = simulated ? this.#simulated : this.#real;
    const known = all.get(driver);
    if (known !== undefined) return known;
    // Labels are few, so these are.
    const series = this.#made({ driver, simulated: String(simulated) });
    all.set(driver, series);
    return series;
  }

  #made(labels: Labels): Series {
    const durations = (stage: string): Durations => this.#durations({ stage, ...labels });
    return {
      labels,
      total: durations('total'),
      queue: durations('queue'),
      wire: durations('wire'),
      succeeded: undefined,
    };
  }
}
