import type { Context } from '@opentelemetry/api';
import { type ExportResult, ExportResultCode } from '@opentelemetry/core';
import type { ReadableSpan, Span, SpanExporter, SpanProcessor } from '@opentelemetry/sdk-trace';
import type { SpanCounts } from './tracing.ts';

/** Counts what the collector took. */
export class CountedExporter implements SpanExporter {
  readonly counts = { exported: 0, failed: 0, dropped: 0 } satisfies SpanCounts;
  readonly #under: SpanExporter;

  constructor(under: SpanExporter) {
    this.#under = under;
  }

  export(spans: ReadableSpan[], told: (result: ExportResult) => void): void {
    this.#under.export(spans, (result) => {
      if (result.code === ExportResultCode.SUCCESS) this.counts.exported += spans.length;
      else this.counts.failed += spans.length;
      told(result);
    });
  }

  async shutdown(): Promise<void> {
    await this.#under.shutdown();
  }
}

/** Lets no more wait for the collector than a bound, and counts the others. */
export class Bounded implements SpanProcessor {
  readonly #under: SpanProcessor;
  readonly #counts: CountedExporter['counts'];
  readonly #most: number;
  #ended = 0;

  constructor(under: SpanProcessor, { counts }: CountedExporter, most: number) {
    this.#under = under;
    this.#counts = counts;
    this.#most = most;
  }

  onStart(span: Span, parent: Context): void {
    this.#under.onStart(span, parent);
  }

  onEnd(span: ReadableSpan): void {
    const waiting = this.#ended - this.#counts.exported - this.#counts.failed;
    if (waiting >= this.#most) return void this.#counts.dropped++;
    this.#ended++;
    this.#under.onEnd(span);
  }

  async forceFlush(): Promise<void> {
    await this.#under.forceFlush();
  }

  async shutdown(): Promise<void> {
    await this.#under.shutdown();
  }
}
