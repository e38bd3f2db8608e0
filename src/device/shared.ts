import type { Shared, SharedUpkeep } from '../driver/contract.ts';
import { asError, BellcrankError } from '../errors.ts';
import { type Blamed, type CalledBack, DriverClock } from './blamed.ts';
import { lastingHandleOf } from './handle.ts';
import type { Cause, Connection, MessageConnection } from '../transport/connection.ts';

/** Keys that one connection may have; drivers name them, not devices. */
const maxKeys = 1000;

/** What the sessions on one connection share. It lives as long as the connection. */
export class SharedThings implements Shared, Blamed {
  readonly #connection: Connection | null;
  /** What their listeners do is the drivers' as well. */
  #handle: MessageConnection | undefined;
  readonly #upkeep: SharedUpkeep;
  /** Nobody's in particular. */
  readonly cause: Cause = {};
  #hasFailed = false;
  readonly #things = new Map<string, unknown>();

  constructor(connection: Connection | null, upkeep: SharedUpkeep) {
    this.#connection = connection;
    this.#upkeep = { ...upkeep, clock: new DriverClock(upkeep.clock, this) };
  }

  get<T>(key: string, make: (connection: MessageConnection, upkeep: SharedUpkeep) => T): T {
    // Whoever asks for a key made what it stands for.
    if (this.#things.has(key)) return this.#things.get(key) as T;
    if (this.#connection?.shape !== 'messages') throw faulty('only a connection that carries messages is shared');
    if (this.#things.size >= maxKeys) throw faulty(`more than ${maxKeys} things are shared on one connection`);
    this.#handle ??= lastingHandleOf(this.#connection, this);
    const thing = make(this.#handle, this.#upkeep);
    this.#things.set(key, thing);
    return thing;
  }

  /** Told once: what comes in may fail a thousand times a second. */
  failed(error: unknown, at: CalledBack): void {
    const { log } = this.#upkeep;
    if (!this.#hasFailed) log.error({ err: asError(error) }, `a driver failed at ${at}; its devices and others go on`);
    this.#hasFailed = true;
  }
}

function faulty(what: string): BellcrankError {
  return new BellcrankError('driver-fault', what);
}
