import { createHash } from 'node:crypto';
import type { MessageConnection } from '../transport/connection.ts';
import type { Context, SharedUpkeep } from './contract.ts';
import { printable } from '../errors.ts';

/** Whatever asks one device, on top of an `RpcExchange`. */
export interface Asker {
  /** Resolves, once answers can come, with the way to hear them no more. */
  listen(): Promise<() => Promise<void>>;
}

/** What an exchange needs, wherever its device's session is just now. */
export type AskerParts = Pick<Context, 'clock' | 'randomBytes' | 'unmatched'>;

type Session = Pick<Context, 'unmatched' | 'signal'>;

/** What asks one device, and what that works with. */
class Kept<A extends Asker> implements AskerParts {
  readonly asker: A;
  /** The session that it serves, or served last. */
  session: Session;
  stop: (() => Promise<void>) | undefined;
  readonly #upkeep: AskerUpkeep;

  constructor(upkeep: AskerUpkeep, session: Session, make: (parts: AskerParts) => A) {
    this.#upkeep = upkeep;
    this.session = session;
    this.asker = make(this);
  }

  get clock(): AskerParts['clock'] {
    return this.#upkeep.clock;
  }
  get randomBytes(): AskerParts['randomBytes'] {
    return this.#upkeep.randomBytes;
  }
  unmatched(what: string): void {
    this.session.unmatched(printable(what));
  }
}

type AskerUpkeep = Pick<SharedUpkeep, 'clock' | 'randomBytes'>;

/** Devices that one connection may have; then those without a session are let go. */
const maxKept = 20_000;

/**
 * Keeps what asks a device for as long as the connection lives: a device that does not come back into step is attached
 * anew, and the answer that then comes still finds its command. A shared thing of its driver.
 */
export class RpcExchanges<A extends Asker> {
  readonly #connection: MessageConnection;
  readonly #upkeep: AskerUpkeep;
  /** By a digest of the key, which may be long. */
  readonly #kept = new Map<string, Kept<A>>();

  constructor(connection: MessageConnection, upkeep: AskerUpkeep) {
    this.#connection = connection;
    this.#upkeep = upkeep;
  }

  /** What asks the device that `key` means, listening; made if there is none. What belongs to nothing this session counts. */
  async of(key: string, session: Session, make: (connection: MessageConnection, parts: AskerParts) => A): Promise<A> {
    const digest = createHash('sha256').update(key).digest('base64');
    const known = this.#kept.get(digest);
    if (known !== undefined) {
      known.session = session;
      return known.asker;
    }
    if (this.#kept.size >= maxKept) this.#sweep();
    const kept = new Kept(this.#upkeep, session, (parts) => make(this.#connection, parts));
    kept.stop = await kept.asker.listen();
    this.#kept.set(digest, kept);
    return kept.asker;
  }

  #sweep(): void {
    for (const [key, { session, stop }] of this.#kept) {
      if (!session.signal.aborted) continue;
      this.#kept.delete(key);
      void stop?.().catch(() => {});
    }
  }
}
