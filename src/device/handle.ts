import { assert } from '../assert.ts';
import { BellcrankError } from '../errors.ts';
import { type Blamed, callBack } from './blamed.ts';
import type {
  ByteConnection,
  Cause,
  Closed,
  Connection,
  Message,
  MessageConnection,
  PublishOptions,
  SubscribeOptions,
  WriteOptions,
} from '../transport/connection.ts';
import { subscriptionSetOn } from '../transport/subscription-set.ts';

/**
 * What a driver holds of a connection: it can listen, and write only while it attaches. Afterwards calls alone write,
 * so that nothing leaves unrecorded. Revoking it ends the driver's part and leaves the connection to the others on it.
 */
export interface Handle {
  readonly connection: Connection | null;
  /** Ends the time in which the driver may write by itself. */
  seal(): void;
  /** Ends everything: listeners are removed, writes reject, `closed` settles. */
  revoke(cause: Error): void;
}

/** One is told of each connection's end, however many handles on it come and go. */
const ends = new WeakMap<Connection, Set<(closed: Closed) => void>>();

function endsOf(connection: Connection): Set<(closed: Closed) => void> {
  const known = ends.get(connection);
  if (known !== undefined) return known;
  const told = new Set<(closed: Closed) => void>();
  ends.set(connection, told);
  void connection.closed.then((closed) => {
    for (const tell of told) tell(closed);
  });
  return told;
}

class Gate implements Handle {
  /** What the driver holds. */
  readonly connection: Connection;
  readonly #under: Connection;
  readonly #blamed: Blamed;
  #closed: PromiseWithResolvers<Closed> | undefined;
  #cleanups: Set<() => void> | undefined;
  #sealed = false;
  #revoked: Error | undefined;

  constructor(under: Connection, cause: Cause, blamed: Blamed) {
    this.#under = under;
    this.#blamed = blamed;
    this.connection =
      under.shape === 'bytes' ? new ByteHandle(under, this, cause) : new MessageHandle(under, this, cause);
  }

  get isOpen(): boolean {
    return this.#revoked === undefined;
  }

  /** Made for whoever asks, and nothing of it stays with the connection when the handle is revoked. */
  get closed(): Promise<Closed> {
    return (this.#closed ?? this.#watch()).promise;
  }

  #watch(): PromiseWithResolvers<Closed> {
    const closed = Promise.withResolvers<Closed>();
    this.#closed = closed;
    if (this.#revoked !== undefined) {
      closed.resolve({ lost: true, cause: this.#revoked });
      return closed;
    }
    const told = endsOf(this.#under);
    told.add(closed.resolve);
    void closed.promise.then(() => told.delete(closed.resolve));
    return closed;
  }

  hear<T>(listener: (heard: T) => unknown, heard: T): void {
    if (this.isOpen) callBack(listener, heard, this.#blamed, 'what came in');
  }

  checkWrite(): void {
    if (this.#revoked !== undefined) throw this.#revoked;
    if (this.#sealed) {
      throw new BellcrankError('driver-fault', 'the driver wrote outside a call; after attach only calls write');
    }
  }

  track(cleanup: () => void): () => void {
    if (this.#revoked !== undefined) {
      cleanup();
      return () => {};
    }
    const cleanups = (this.#cleanups ??= new Set());
    cleanups.add(cleanup);
    return () => {
      cleanups.delete(cleanup);
      cleanup();
    };
  }

  seal(): void {
    this.#sealed = true;
  }

  revoke(cause: Error): void {
    if (this.#revoked !== undefined) return;
    this.#revoked = cause;
    for (const cleanup of this.#cleanups ?? []) cleanup();
    this.#cleanups = undefined;
    this.#closed?.resolve({ lost: true, cause });
  }
}

class ByteHandle implements ByteConnection {
  readonly shape = 'bytes';
  readonly #under: ByteConnection;
  readonly #gate: Gate;
  readonly #cause: Cause;

  constructor(under: ByteConnection, gate: Gate, cause: Cause) {
    this.#under = under;
    this.#gate = gate;
    this.#cause = cause;
  }

  get label(): string {
    return this.#under.label;
  }
  get closed(): Promise<Closed> {
    return this.#gate.closed;
  }
  get isOpen(): boolean {
    return this.#under.isOpen && this.#gate.isOpen;
  }
  get written(): number {
    return this.#under.written;
  }
  get characterMs(): number | undefined {
    return this.#under.characterMs;
  }

  async write(bytes: Uint8Array, signal?: AbortSignal, options?: WriteOptions): Promise<void> {
    this.#gate.checkWrite();
    await this.#under.write(bytes, signal, { ...options, cause: this.#cause });
  }

  onData(listener: (chunk: Uint8Array) => void): () => void {
    return this.#gate.track(this.#under.onData((chunk) => this.#gate.hear(listener, chunk)));
  }

  discardOutput(): Promise<void> {
    return Promise.reject(notTheDrivers('discard output'));
  }

  close(): Promise<void> {
    return Promise.reject(notTheDrivers('close the connection'));
  }
}

class MessageHandle implements MessageConnection {
  readonly shape = 'messages';
  readonly #under: MessageConnection;
  readonly #gate: Gate;
  readonly #cause: Cause;

  constructor(under: MessageConnection, gate: Gate, cause: Cause) {
    this.#under = under;
    this.#gate = gate;
    this.#cause = cause;
  }

  get label(): string {
    return this.#under.label;
  }
  get protocolVersion(): MessageConnection['protocolVersion'] {
    return this.#under.protocolVersion;
  }
  get closed(): Promise<Closed> {
    return this.#gate.closed;
  }
  get isOpen(): boolean {
    return this.#under.isOpen && this.#gate.isOpen;
  }
  get written(): number {
    return this.#under.written;
  }

  async publish(
    topic: string,
    payload: Uint8Array | string,
    options?: PublishOptions,
    signal?: AbortSignal,
  ): Promise<void> {
    this.#gate.checkWrite();
    if (options?.retain === true) throw notTheDrivers('have a broker keep what it asks');
    await this.#under.publish(topic, payload, { ...options, cause: this.#cause }, signal);
  }

  async subscribe(
    filter: string,
    listener: (message: Message) => void,
    options?: SubscribeOptions,
  ): Promise<() => Promise<void>> {
    const hear = (message: Message): void => this.#gate.hear(listener, message);
    const unsubscribe = await this.#under.subscribe(filter, hear, { ...options, cause: this.#cause });
    // An unsubscribe that fails does so because the connection is gone, and the subscription with it.
    const remove = this.#gate.track(() => void unsubscribe().catch(() => {}));
    return () => {
      remove();
      return Promise.resolve();
    };
  }

  close(): Promise<void> {
    return Promise.reject(notTheDrivers('close the connection'));
  }
}

function notTheDrivers(what: string): BellcrankError {
  return new BellcrankError('driver-fault', `a driver must not ${what}; the runtime does`);
}

/** What is sent and heard through it has this cause. */
export function handleOf(connection: Connection | null, blamed: Blamed, cause: Cause = {}): Handle {
  if (connection === null) return { connection: null, seal: () => {}, revoke: () => {} };
  return new Gate(connection, cause, blamed);
}

/**
 * What the devices on a connection share hears through it, for as long as there is the connection: nothing of it is kept to be
 * ended, and thousands of filters cost no more than without it.
 */
export function lastingHandleOf(connection: MessageConnection, blamed: Blamed): MessageConnection {
  const gate = new Gate(connection, {}, blamed);
  assert(gate.connection.shape === 'messages', 'a handle has the shape of its connection');
  return Object.assign(gate.connection, {
    subscriptionSet: (listener: (message: Message) => void) =>
      subscriptionSetOn(connection, (message) => gate.hear(listener, message)),
  });
}
