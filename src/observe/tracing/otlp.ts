import {
  type Context,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
  type Tracer,
} from '@opentelemetry/api';
import { parseTraceParent } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  BatchSpanProcessor,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import { ATTR_SERVICE_NAME, ATTR_SERVICE_VERSION } from '@opentelemetry/semantic-conventions';
import type { Clock } from '../../clock.ts';
import { CommandSpans } from './command-spans.ts';
import { Bounded, CountedExporter } from './counted-exporter.ts';
import type { IncomingRequest, RequestTrace, SpanCounts, Tracing, TracingSettings } from './tracing.ts';

/** Spans that wait for the collector. */
const mostWaiting = 2048;
/** Commands whose traces are remembered. */
const mostCommands = 1000;
const closeMs = 900;

export interface OtlpParts {
  readonly settings: TracingSettings;
  readonly clock: Clock;
  readonly version: string;
}

/** Spans for a collector that speaks OTLP over HTTP, as JSON. Loaded where one is configured, and nowhere else. */
export class OtlpTracing implements Tracing {
  readonly #clock: Clock;
  readonly #exporter: CountedExporter;
  readonly #provider: TracerProvider;
  readonly #tracer: Tracer;
  readonly #commands = new Map<string, string>();

  constructor({ settings, clock, version }: OtlpParts) {
    const { endpoint, headers, ratio, service } = settings;
    const timeoutMillis = 5000;
    this.#clock = clock;
    this.#exporter = new CountedExporter(new OTLPTraceExporter({ url: urlOf(endpoint), headers, timeoutMillis }));
    const exporter = this.#exporter;
    const batch = new BatchSpanProcessor({ exporter, maxQueueSize: mostWaiting, scheduledDelayMillis: 1000 });
    this.#provider = new TracerProvider({
      resource: resourceFromAttributes({ [ATTR_SERVICE_NAME]: service, [ATTR_SERVICE_VERSION]: version }),
      sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(ratio) }),
      spanProcessors: [new Bounded(batch, exporter, mostWaiting)],
    });
    this.#tracer = this.#provider.getTracer('bellcrank', version);
  }

  get counts(): SpanCounts {
    return this.#exporter.counts;
  }

  request({ method, route, traceparent }: IncomingRequest): RequestTrace {
    const parent = contextOf(traceparent);
    const attributes = { 'http.request.method': method, 'http.route': route };
    const span = this.#tracer.startSpan(`${method} ${route}`, { kind: SpanKind.SERVER, attributes }, parent);
    const context = trace.setSpan(parent, span);
    const tracer = this.#tracer;
    const remember = (id: string, its: string): void => this.#remember(id, its);
    return {
      traceparent: print(span),
      command: (device, command) => new CommandSpans({ tracer, context, device, command, print, remember }),
      answered: (status) => {
        span.setAttribute('http.response.status_code', status);
        if (status >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
        span.end();
      },
    };
  }

  traceparentOf(command: string): string | undefined {
    return this.#commands.get(command);
  }

  async close(): Promise<void> {
    const over = Promise.withResolvers<void>();
    const timer = this.#clock.timer(closeMs, over.resolve);
    // What a collector that is down did not take is lost.
    void this.#provider.shutdown().then(over.resolve, () => over.resolve());
    await over.promise;
    timer.cancel();
  }

  #remember(id: string, traceparent: string): void {
    this.#commands.set(id, traceparent);
    const [oldest] = this.#commands.keys();
    if (this.#commands.size > mostCommands && oldest !== undefined) this.#commands.delete(oldest);
  }
}

/** W3C Trace Context §3.2.2: 55 characters of version 00, and nothing around them. What is wrong is as if it were not there. */
function contextOf(traceparent: string | undefined): Context {
  const known = traceparent === undefined || traceparent.trim() !== traceparent ? null : parseTraceParent(traceparent);
  return known === null ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, { ...known, isRemote: true });
}

function print(span: Span): string {
  const { traceId, spanId, traceFlags } = span.spanContext();
  return `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`;
}

function urlOf(endpoint: string): string {
  const url = new URL(endpoint);
  if (url.pathname === '/') url.pathname = '/v1/traces';
  return url.href;
}
