/** What may wait until the wire takes it. */
export const outputLimitBytes = 1024 * 1024;

/** What a write takes besides its bytes. */
const overheadBytes = 64;

/** What goes out to a wire: bounded, since a near side that asks without end need not read what it is answered. */
export class Output {
  readonly #write: (frame: Uint8Array) => Promise<void>;
  readonly #onLost: () => void;
  #waiting = 0;
  #isLosing = false;

  /** `onLost` is told once of all that is lost until the wire has taken everything else. */
  constructor(write: (frame: Uint8Array) => Promise<void>, onLost: () => void) {
    this.#write = write;
    this.#onLost = onLost;
  }

  /** Resolves when the wire has taken it, or at once if it is lost because too much waits. */
  send(frame: Uint8Array): Promise<void> {
    const bytes = frame.length + overheadBytes;
    if (this.#waiting > 0 && this.#waiting + bytes > outputLimitBytes) return this.#lose();
    this.#waiting += bytes;
    const sent = this.#write(frame);
    const taken = (): void => {
      this.#waiting -= bytes;
      if (this.#waiting === 0) this.#isLosing = false;
    };
    // Whoever waits for it hears of a failure; what left later than it was written is lost with the connection.
    sent.then(taken, taken);
    return sent;
  }

  async #lose(): Promise<void> {
    if (this.#isLosing) return;
    this.#isLosing = true;
    this.#onLost();
  }
}
