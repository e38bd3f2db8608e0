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

interface Kept<A> {
  readonly asker: A;
  /** The session that it serves, or served last. */
  session: Pick<Context, 'unmatched' | 'signal'>;
  stop?: () => Promise<void>;
}

/** Devices that one connection may have; then those without a session are let go. */
const maxKept = 20_000;

/**
 * Keeps what asks a device for as long as the connection lives: a device that does not come back into step is attached
 * anew, and the answer that then comes still finds its command. A shared thing of its driver.
 */
export class RpcExchanges<A extends Asker> {
  readonly #connection: MessageConnection;
  readonly #upkeep: Pick<SharedUpkeep, 'clock' | 'randomBytes'>;
  readonly #kept = new Map<string, Kept<A>>();

  constructor(connection: MessageConnection, upkeep: Pick<SharedUpkeep, 'clock' | 'randomBytes'>) {
    this.#connection = connection;
    this.#upkeep = upkeep;
  }

  /** What asks the device that `key` means, listening; made if there is none. What belongs to nothing this session counts. */
  async of(
    key: string,
    session: Pick<Context, 'unmatched' | 'signal'>,
    make: (connection: MessageConnection, parts: AskerParts) => A,
  ): Promise<A> {
    const known = this.#kept.get(key);
    if (known !== undefined) {
      known.session = session;
      return known.asker;
    }
    if (this.#kept.size >= maxKept) this.#sweep();
    const unmatched = (what: string): void => kept.session.unmatched(printable(what));
    const { clock, randomBytes } = this.#upkeep;
    const asker = make(this.#connection, { clock, randomBytes, unmatched });
    const kept: Kept<A> = { asker, session };
    kept.stop = await kept.asker.listen();
    this.#kept.set(key, kept);
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
