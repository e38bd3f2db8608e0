import type { Clock } from '../clock.ts';
import { type CalledBack, DriverClock } from '../device/blamed.ts';
import { outsideCalls, withinCall } from '../device/cause.ts';
import { handleOf } from '../device/handle.ts';
import type { Link, LinkListener } from '../device/link.ts';
import type { AnyDriver, Candidate, Log, Shared } from '../driver/contract.ts';
import { asError, messageOf } from '../errors.ts';
import type { Closed, Connection } from '../transport/connection.ts';

/** A driver that listens, and what the configuration tells it. */
export interface Dialect {
  readonly driver: AnyDriver;
  readonly options: unknown;
}

export interface ListeningParts {
  readonly link: Link;
  readonly dialects: readonly Dialect[];
  readonly clock: Clock;
  readonly log: Log;
  readonly found: (driver: AnyDriver, candidate: Candidate) => void;
  readonly gone: (driver: AnyDriver, identity: string) => void;
  /** The connection is lost, and with it what was known of who is there. */
  readonly lost: () => void;
}

const cause = { call: { kind: 'discovery' } };
const running = { cause, call: { isOver: true } };

/** Listens on one connection, anew each time it opens, to what its devices announce. */
export class Listening implements LinkListener {
  readonly #parts: ListeningParts;
  /** Why a driver does not listen now. */
  readonly #troubles = new Map<string, string>();
  #open: AbortController | undefined;
  /** Why the connection is down. */
  #down: string | undefined;

  constructor(parts: ListeningParts) {
    this.#parts = parts;
  }

  get troubles(): readonly string[] {
    const { name } = this.#parts.link;
    if (this.#down !== undefined) return [`nothing is heard on ${name}: ${this.#down}`];
    return Array.from(this.#troubles, ([dialect, why]) => `${dialect} does not listen on ${name}: ${why}`);
  }

  start(): void {
    this.#parts.link.listen(this);
  }

  async close(): Promise<void> {
    this.#end(new Error('the search has ended'));
    await this.#parts.link.unlisten(this);
  }

  opened(connection: Connection | null, shared: Shared): void {
    if (connection === null) return;
    const open = new AbortController();
    this.#open = open;
    this.#down = undefined;
    this.#troubles.clear();
    for (const dialect of this.#parts.dialects) void this.#search(dialect, connection, shared, open.signal);
  }

  closed({ cause: reason }: Closed): void {
    this.#down = messageOf(reason);
    if (this.#open === undefined) return;
    this.#end(reason);
    this.#parts.lost();
  }

  #end(reason: Error): void {
    // What throws in a listener of the signal is uncaught: then it is known whose it was.
    withinCall(running, () => this.#open?.abort(reason));
    this.#open = undefined;
  }

  /** A driver at fault is told, and hurts no other one. */
  async #search({ driver, options }: Dialect, connection: Connection, shared: Shared, signal: AbortSignal) {
    const { log, found, gone, link } = this.#parts;
    const flag = link.opener.simulated ? { simulated: true } : {};
    const about = { connection: link.name, ...flag, dialect: driver.model.name };
    let hasFailed = false;
    const failed = (error: unknown, at: CalledBack): void => {
      // Once: it may come a thousand times a second.
      if (!hasFailed) log.error({ ...about, err: asError(error) }, `the driver failed at ${at}`);
      hasFailed = true;
    };
    const blamed = { failed, cause };
    const clock = new DriverClock(this.#parts.clock, blamed);
    const handle = handleOf(connection, blamed, cause);
    const its = handle.connection;
    if (its === null) return;
    signal.addEventListener('abort', () => handle.revoke(signal.reason as Error), { once: true });
    const listens = <A extends readonly unknown[]>(callback: (...args: A) => void): ((...args: A) => void) => {
      return (...args) => {
        if (!signal.aborted) outsideCalls(() => callback(...args));
      };
    };
    const discovery = {
      found: listens((candidate: Candidate) => found(driver, candidate)),
      gone: listens((identity: string) => gone(driver, identity)),
    };
    try {
      const context = { options, log, clock, signal, shared };
      await withinCall(running, () => driver.discover?.(its, discovery, context));
    } catch (error) {
      if (signal.aborted) return;
      const { name } = driver.model;
      this.#troubles.set(name, messageOf(error));
      log.warn({ ...about, error: messageOf(error) }, 'a driver cannot discover');
      handle.revoke(asError(error));
    }
  }
}
