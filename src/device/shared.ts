import type { Shared, SharedUpkeep } from '../driver/contract.ts';
import { BellcrankError } from '../errors.ts';
import type { Connection, MessageConnection } from '../transport/connection.ts';

/** Keys that one connection may have; drivers name them, not devices. */
const maxKeys = 1000;

/** What the sessions on one connection share. It lives as long as the connection. */
export class SharedThings implements Shared {
  readonly #connection: Connection | null;
  readonly #upkeep: SharedUpkeep;
  readonly #things = new Map<string, unknown>();

  constructor(connection: Connection | null, upkeep: SharedUpkeep) {
    this.#connection = connection;
    this.#upkeep = upkeep;
  }

  get<T>(key: string, make: (connection: MessageConnection, upkeep: SharedUpkeep) => T): T {
    // Whoever asks for a key made what it stands for.
    if (this.#things.has(key)) return this.#things.get(key) as T;
    if (this.#connection?.shape !== 'messages') throw faulty('only a connection that carries messages is shared');
    if (this.#things.size >= maxKeys) throw faulty(`more than ${maxKeys} things are shared on one connection`);
    const thing = make(this.#connection, this.#upkeep);
    this.#things.set(key, thing);
    return thing;
  }
}

function faulty(what: string): BellcrankError {
  return new BellcrankError('driver-fault', what);
}
