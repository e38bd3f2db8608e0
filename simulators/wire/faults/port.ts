/** What faults of the port act on. */
export interface Port {
  /** Where it can be opened now, for people. */
  readonly address?: string | undefined;
  unplug(): Promise<void>;
  /** Plugs in again; `otherPath` where the near side would have to look for it. */
  plug(otherPath?: boolean): Promise<void>;
  /** Of byte wires: every open connection fails, and the port can be opened again at once. */
  fail?(how: 'io-error' | 'zero-read'): Promise<void>;
}

/** One act at a time, in order; unplugging what is unplugged does nothing, nor does plugging in what is plugged in. */
export class OrderlyPort implements Port {
  readonly #port: Port;
  #last: Promise<void> = Promise.resolve();
  #waiting = 0;
  #isPlugged = true;
  #isClosed = false;

  constructor(port: Port) {
    this.#port = port;
  }

  get address(): string | undefined {
    return this.#port.address;
  }

  get isPlugged(): boolean {
    return this.#isPlugged;
  }

  unplug(): Promise<void> {
    return this.#inTurn(async () => {
      if (!this.#isPlugged) return;
      this.#isPlugged = false;
      await this.#port.unplug();
    });
  }

  plug(otherPath?: boolean): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#isPlugged) return;
      await this.#port.plug(otherPath);
      this.#isPlugged = true;
    });
  }

  /** Out and in again, if it is plugged in. */
  replug(): Promise<void> {
    return this.#inTurn(async () => {
      if (!this.#isPlugged) return;
      await this.#port.unplug();
      await this.#port.plug();
    });
  }

  fail(how: 'io-error' | 'zero-read'): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#isPlugged) await this.#port.fail?.(how);
    });
  }

  /** Resolves when all that was asked for so far is done, and nothing more will be. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#last;
  }

  /** Resolves when all that was asked for so far is done. */
  idle(): Promise<void> {
    return this.#last;
  }

  /**
   * At once if nothing is under way: on a wire in memory, the order of things must not depend on promises. Under way is also
   * who is still being asked: the greeting of a device that is plugged in may be what unplugs it.
   */
  #inTurn(act: () => Promise<void>): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const before = this.#last;
    this.#last = promise;
    const acted = this.#waiting++ === 0 ? this.#start(act) : before.then(() => this.#start(act));
    const over = (): void => {
      this.#waiting--;
      resolve();
    };
    acted.then(over, over);
    return acted;
  }

  async #start(act: () => Promise<void>): Promise<void> {
    if (!this.#isClosed) await act();
  }
}
