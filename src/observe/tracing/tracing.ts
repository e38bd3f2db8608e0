import type { CommandTrace } from '../../command/trace.ts';

export interface TracingSettings {
  /** Of the collector: `http://127.0.0.1:4318`; without a path `/v1/traces` is meant. */
  readonly endpoint: string;
  /** Of what begins here, 0 to 1; of what began elsewhere that side has decided. */
  readonly ratio: number;
  readonly service: string;
  /** For the collector; they may be secrets. */
  readonly headers: Readonly<Record<string, string>>;
}

export interface IncomingRequest {
  readonly method: string;
  /** Its pattern. */
  readonly route: string;
  /** As it came; what is not valid is none. */
  readonly traceparent: string | undefined;
}

/** One request, from its arrival to its answer. */
export interface RequestTrace {
  readonly traceparent: string;
  command(device: string, command: string): CommandTrace;
  answered(status: number): void;
}

/** What became of spans, since the start. */
export interface SpanCounts {
  readonly exported: number;
  /** The collector did not take them. */
  readonly failed: number;
  /** Too many waited for it. */
  readonly dropped: number;
}

export interface Tracing {
  readonly counts: SpanCounts;
  request(incoming: IncomingRequest): RequestTrace;
  /** Of the newest commands: what belongs to one later, as the message that tells of it. */
  traceparentOf(command: string): string | undefined;
  /** Hands over what waits, for as long as that takes, and no longer than a second. */
  close(): Promise<void>;
}
