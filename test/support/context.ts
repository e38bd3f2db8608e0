import { systemClock } from '../../src/clock.ts';
import type { Clock, Context } from '../../src/driver/index.ts';

/** A session's context without the runtime, and what the driver told it. */
export interface RecordedContext {
  readonly context: Context;
  readonly reports: readonly { readonly property: string; readonly value: unknown }[];
  readonly events: readonly { readonly event: string; readonly data: unknown }[];
  readonly unmatched: readonly string[];
  /** Ends the session. */
  end(): void;
}

export function makeContext(clock: Clock = systemClock): RecordedContext {
  const controller = new AbortController();
  const reports: RecordedContext['reports'][number][] = [];
  const events: RecordedContext['events'][number][] = [];
  const unmatched: string[] = [];
  const quiet = (): void => {};
  const context: Context = {
    log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
    clock,
    signal: controller.signal,
    report: (property, value) => void reports.push({ property, value }),
    emit: (event, data) => void events.push({ event, data }),
    remodel: quiet,
    availability: quiet,
    identify: quiet,
    unmatched: (what) => void unmatched.push(what),
  };
  return { context, reports, events, unmatched, end: () => controller.abort(new Error('the session ended')) };
}
