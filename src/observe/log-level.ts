import type { Clock, Timer } from '../clock.ts';
import type { ParentLog } from '../device/settings.ts';

/** From what everything is written to nothing. */
export const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export type Level = (typeof logLevels)[number];

type Written = 'debug' | 'info' | 'warn' | 'error';

const severityOf = (level: Level): number => logLevels.indexOf(level);
const severities: Readonly<Record<Written, number>> = {
  debug: severityOf('debug'),
  info: severityOf('info'),
  warn: severityOf('warn'),
  error: severityOf('error'),
};

/** The least severe level that is written: it can be changed while everything runs, and for a time. */
export class LogLevel {
  /** Where it goes back to. */
  readonly configured: Level;
  readonly #clock: Clock;
  #level: Level;
  /** Its place among all. */
  #least: number;
  #back: { readonly timer: Timer; readonly at: number } | undefined;

  constructor(configured: Level, clock: Clock) {
    this.configured = configured;
    this.#clock = clock;
    this.#level = configured;
    this.#least = severityOf(configured);
  }

  get current(): Level {
    return this.#level;
  }
  /** When it goes back, ms since 1970; undefined where it stays. */
  get until(): number | undefined {
    return this.#back?.at;
  }

  /** `forMs`: after that it is what the configuration says again. */
  set(level: Level, forMs?: number): void {
    this.close();
    this.#level = level;
    this.#least = severityOf(level);
    if (forMs === undefined) return;
    const timer = this.#clock.timer(forMs, () => this.set(this.configured));
    this.#back = { timer, at: this.#clock.now() + forMs };
  }

  /** It does not go back any more. */
  close(): void {
    this.#back?.timer.cancel();
    this.#back = undefined;
  }

  allows(level: Written): boolean {
    return severities[level] >= this.#least;
  }

  /** A log, and all that are made of it later, of which this level is written. The one beneath must write everything. */
  over(log: ParentLog): ParentLog {
    return new LevelledLog(log, this);
  }
}

/** pino's children keep the level that their parent had when they were made. */
class LevelledLog implements ParentLog {
  readonly #log: ParentLog;
  readonly #level: LogLevel;

  constructor(log: ParentLog, level: LogLevel) {
    this.#log = log;
    this.#level = level;
  }

  debug(fields: object, message: string): void {
    if (this.#level.allows('debug')) this.#log.debug(fields, message);
  }
  info(fields: object, message: string): void {
    if (this.#level.allows('info')) this.#log.info(fields, message);
  }
  warn(fields: object, message: string): void {
    if (this.#level.allows('warn')) this.#log.warn(fields, message);
  }
  error(fields: object, message: string): void {
    if (this.#level.allows('error')) this.#log.error(fields, message);
  }
  child(fields: object): ParentLog {
    // A child of a parent is one, too: only whoever is handed one narrower sees less of it.
    return new LevelledLog(this.#log.child(fields) as ParentLog, this.#level);
  }
}
