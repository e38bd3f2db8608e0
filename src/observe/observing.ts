import type { Clock } from '../clock.ts';
import type { Registry } from '../device/registry.ts';
import type { ParentLog } from '../device/settings.ts';
import type { EventLoop, WatchedEventLoop } from './event-loop.ts';
import { Health, type HealthParts } from './health.ts';
import { LogLevel } from './log-level.ts';
import { Metrics, type MetricsParts, type MetricsSettings } from './metrics/index.ts';
import type { Tracing, TracingSettings } from './tracing/tracing.ts';
import { RequestLog, type RequestLogging } from './request-log.ts';

export interface ObservingParts {
  readonly settings: { readonly metrics: MetricsSettings; readonly requests: RequestLogging };
  readonly registry: Registry;
  readonly clock: Clock;
  readonly eventLoop: WatchedEventLoop;
  readonly log: ParentLog;
  /** What decides how much of `log` is written; without it that cannot be changed. */
  readonly logLevel?: LogLevel | undefined;
  readonly version: MetricsParts['version'];
  /** Follows requests elsewhere; undefined where nobody wants that. */
  readonly tracing?: Tracing | undefined;
  /** Whether disk, event loop and wall clock are watched. */
  readonly watchesMachine?: boolean | undefined;
}

type Watched = Omit<Parameters<Metrics['watch']>[0], 'tracing'> & Pick<HealthParts, 'directory' | 'troubles'>;

/** What the HTTP side tells of it. */
type Observed = Pick<Observing, 'metrics' | 'requests' | 'logLevel' | 'tracing'> & {
  readonly health: Pick<Health, 'degraded'>;
  readonly eventLoop: EventLoop;
};

/** What people and other programs are told of the service itself. */
export class Observing {
  readonly metrics: Metrics;
  readonly requests: RequestLog;
  readonly logLevel: LogLevel;
  readonly tracing: Tracing | undefined;
  readonly #parts: ObservingParts;
  #health: Health | undefined;

  constructor(parts: ObservingParts) {
    const { settings, clock, log, logLevel = new LogLevel('info', clock) } = parts;
    this.#parts = parts;
    this.metrics = new Metrics({ ...parts, settings: settings.metrics });
    this.requests = new RequestLog(settings.requests, log, clock);
    this.logLevel = logLevel;
    this.tracing = parts.tracing;
  }

  /** Everything is there that is to be watched. */
  watch(watched: Watched): Observed {
    const { registry, clock, eventLoop, watchesMachine } = this.#parts;
    const { store, directory, troubles } = watched;
    this.metrics.watch({ ...watched, tracing: this.tracing });
    this.#health = new Health({ registry, store, clock, eventLoop, directory, troubles });
    eventLoop.begin();
    if (watchesMachine === true) this.#health.begin();
    const { metrics, requests, logLevel, tracing } = this;
    return { metrics, requests, logLevel, tracing, eventLoop, health: this.#health };
  }

  /** Within a second, whatever becomes of a collector. */
  async close(): Promise<void> {
    this.#health?.close();
    this.#parts.eventLoop.close();
    this.logLevel.close();
    this.requests.flush();
    await this.tracing?.close();
  }
}

/** What it takes is loaded where a collector is configured, and nowhere else. */
export async function tracingOf(
  { endpoint, ...settings }: Omit<TracingSettings, 'endpoint'> & { readonly endpoint?: string },
  parts: Pick<ObservingParts, 'clock' | 'version'>,
): Promise<Tracing | undefined> {
  if (endpoint === undefined) return undefined;
  const { OtlpTracing } = await import('./tracing/otlp.ts');
  return new OtlpTracing({ ...parts, settings: { ...settings, endpoint } });
}
