import {
  type Attributes,
  type Context,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
  type Tracer,
} from '@opentelemetry/api';
import type { CommandTrace } from '../../command/trace.ts';
import { BellcrankError } from '../../errors.ts';
import type { CommandRecord } from '../../store/record.ts';

export interface CommandSpansParts {
  readonly tracer: Tracer;
  /** Of the request. */
  readonly context: Context;
  readonly device: string;
  readonly command: string;
  readonly print: (span: Span) => string;
  /** Hears which trace a command belongs to. */
  readonly remember: (command: string, traceparent: string) => void;
}

/** A command, its wait for the line, and each time that it was on the wire: spans below that of its request. */
export class CommandSpans implements CommandTrace {
  readonly #parts: CommandSpansParts;
  readonly #command: Span;
  readonly #context: Context;
  #queue: Span | undefined;
  #exchange: Span | undefined;
  /** What each of its spans says. */
  #about: Attributes;

  constructor(parts: CommandSpansParts) {
    const { tracer, context, device, command } = parts;
    this.#parts = parts;
    const attributes = { 'bellcrank.device': device, 'bellcrank.command': command };
    this.#about = attributes;
    this.#command = tracer.startSpan(`command ${command}`, { kind: SpanKind.INTERNAL, attributes }, context);
    this.#context = trace.setSpan(context, this.#command);
    this.#queue = tracer.startSpan('queue', { attributes }, this.#context);
  }

  get parent(): string {
    return this.#parts.print(this.#exchange ?? this.#command);
  }

  admitted({ id, simulated }: CommandRecord): void {
    const its = { 'bellcrank.command.id': id, 'bellcrank.simulated': simulated };
    this.#command.setAttributes(its);
    this.#queue?.setAttributes(its);
    this.#about = { ...this.#about, ...its };
    this.#parts.remember(id, this.#parts.print(this.#command));
  }

  sending(): void {
    this.#queue?.end();
    this.#queue = undefined;
    this.#exchange?.end();
    const its = { kind: SpanKind.CLIENT, attributes: this.#about };
    this.#exchange = this.#parts.tracer.startSpan('exchange', its, this.#context);
  }

  refused(error: unknown): void {
    const code = error instanceof BellcrankError ? error.code : 'internal';
    this.#command.setAttribute('error.type', code);
    // The message may hold what was sent.
    this.#command.setStatus({ code: SpanStatusCode.ERROR, message: code });
    this.#end();
  }

  ended({ id, outcome = 'unknown', reason, error, simulated }: CommandRecord): void {
    const its = {
      'bellcrank.command.id': id,
      'bellcrank.outcome': outcome,
      'bellcrank.simulated': simulated,
      ...(reason !== undefined && { 'bellcrank.reason': reason }),
      ...(error !== undefined && { 'error.type': error.code }),
    };
    this.#command.setAttributes(its);
    this.#exchange?.setAttributes(its);
    // The device's own words stay here: they may be long, and somebody's secret.
    if (error !== undefined) this.#command.setStatus({ code: SpanStatusCode.ERROR, message: error.code });
    this.#end();
  }

  #end(): void {
    this.#queue?.end();
    this.#exchange?.end();
    this.#command.end();
  }
}
