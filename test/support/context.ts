import { randomBytes } from 'node:crypto';
import { systemClock } from '../../src/clock.ts';
import type { Clock, Context } from '../../src/driver/index.ts';

/** A session's context without the runtime, and what the driver told it. */
export interface RecordedContext {
  readonly context: Context;
  readonly reports: readonly { readonly property: string; readonly value: unknown }[];
  /** Properties that the driver says it does not know, and why. */
  readonly losses: readonly { readonly property: string; readonly why: string }[];
  /** What the driver said of the device's presence. */
  readonly presence: readonly { readonly available: boolean; readonly detail: string }[];
  readonly events: readonly { readonly event: string; readonly data: unknown }[];
  readonly unmatched: readonly string[];
  /** Ends the session. */
  end(): void;
}

export function makeContext(clock: Clock = systemClock): RecordedContext {
  const controller = new AbortController();
  const reports: RecordedContext['reports'][number][] = [];
  const losses: RecordedContext['losses'][number][] = [];
  const presence: RecordedContext['presence'][number][] = [];
  const events: RecordedContext['events'][number][] = [];
  const unmatched: string[] = [];
  const quiet = (): void => {};
  const context: Context = {
    log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
    clock,
    randomBytes,
    signal: controller.signal,
    report: (property, value) => void reports.push({ property, value }),
    lost: (property, why) => void losses.push({ property, why }),
    emit: (event, data) => void events.push({ event, data }),
    remodel: quiet,
    availability: (available, detail) => void presence.push({ available, detail }),
    identify: quiet,
    unmatched: (what) => void unmatched.push(what),
    shared: {
      get: (key) => {
        throw new Error(`nothing is shared here: ${key}`);
      },
    },
    intern: (model) => model,
    onEnd: (then) =>
      controller.signal.addEventListener('abort', () => then(controller.signal.reason as Error), { once: true }),
  };
  return {
    context,
    reports,
    losses,
    presence,
    events,
    unmatched,
    end: () => controller.abort(new Error('the session ended')),
  };
}
