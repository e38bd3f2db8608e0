import { Histogram, type Registry } from 'prom-client';
import type { CommandTiming } from '../../command/step.ts';
import type { CommandRecord } from '../../store/record.ts';
import { counter, prefix } from './family.ts';
import { FewNames, maxDrivers } from './few.ts';
import { Sums } from './sums.ts';

/** Seconds: from a command on a fast line to one that takes as long as a request may. */
const buckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

const about = ['driver', 'simulated'] as const;

/** What becomes of commands and stops, counted as they end. */
export class CommandMetrics {
  readonly #ended = new Sums();
  readonly #late = new Sums();
  readonly #stops = new Sums();
  readonly #drivers = new FewNames(maxDrivers);
  readonly #seconds: Histogram<'stage' | 'driver' | 'simulated'>;

  constructor(registry: Registry) {
    const outcomes = ['outcome', 'reason', 'code', ...about];
    counter(registry, {
      name: 'commands_total',
      help: 'Commands that ended, by what is known to have become of them.',
      labels: outcomes,
      read: () => this.#ended,
    });
    counter(registry, {
      name: 'commands_resolved_late_total',
      help: 'Commands that had ended unknown, and whose late reply told what became of them.',
      labels: ['outcome', ...about],
      read: () => this.#late,
    });
    counter(registry, {
      name: 'stops_total',
      help: 'Stops of devices, by what is known to have become of them.',
      labels: ['outcome', ...about],
      read: () => this.#stops,
    });
    this.#seconds = new Histogram({
      name: `${prefix}command_duration_seconds`,
      help: 'How long commands took: stage queue until the first byte left, wire from then on, total altogether.',
      labelNames: ['stage', ...about],
      buckets,
      registers: [registry],
    });
  }

  ended(record: CommandRecord, driver: string, timing: CommandTiming | undefined): void {
    const its = this.#about(record, driver);
    const { outcome = 'unknown', reason = '', error } = record;
    if (timing === undefined) return this.#late.add({ outcome, ...its }, 1);
    this.#ended.add({ outcome, reason, code: error?.code ?? '', ...its }, 1);
    this.#observe('total', its, timing.totalMs);
    if (timing.queueMs !== undefined) this.#observe('queue', its, timing.queueMs);
    if (timing.wireMs !== undefined) this.#observe('wire', its, timing.wireMs);
  }

  stopped(record: CommandRecord, driver: string): void {
    this.#stops.add({ outcome: record.outcome ?? 'unknown', ...this.#about(record, driver) }, 1);
  }

  #about({ simulated }: CommandRecord, driver: string): { driver: string; simulated: string } {
    return { driver: this.#drivers.label(driver), simulated: String(simulated) };
  }

  #observe(stage: string, its: { driver: string; simulated: string }, ms: number): void {
    this.#seconds.observe({ stage, ...its }, ms / 1000);
  }
}
