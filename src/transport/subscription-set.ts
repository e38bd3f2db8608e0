import type { Message, MessageConnection, SubscriptionSet } from './connection.ts';

/** The connection's own, or one that keeps what each `subscribe` returned. */
export function subscriptionSetOn(
  connection: MessageConnection,
  listener: (message: Message) => void,
): SubscriptionSet {
  return connection.subscriptionSet?.(listener) ?? new KeptSubscriptions(connection, listener);
}

class KeptSubscriptions implements SubscriptionSet {
  readonly #connection: MessageConnection;
  readonly #listener: (message: Message) => void;
  readonly #granted = new Map<string, Promise<() => Promise<void>>>();

  constructor(connection: MessageConnection, listener: (message: Message) => void) {
    this.#connection = connection;
    this.#listener = listener;
  }

  async add(filter: string): Promise<void> {
    const granted = this.#connection.subscribe(filter, this.#listener);
    this.#granted.set(filter, granted);
    try {
      await granted;
    } catch (error) {
      if (this.#granted.get(filter) === granted) this.#granted.delete(filter);
      throw error;
    }
  }

  async remove(filter: string): Promise<void> {
    const granted = this.#granted.get(filter);
    this.#granted.delete(filter);
    await (
      await granted
    )?.();
  }
}
