import { messageOf } from '../errors.ts';
import { Few } from '../few.ts';

/** What a device may say before anyone listens (a greeting at power-up); more than that is dropped, oldest first. */
const earlyLimit = 64 * 1024;

interface Listening {
  readonly hear: (chunk: Uint8Array) => void;
}

/**
 * Hands chunks to listeners. What comes before the first listener is kept, bounded, for that one. What comes when all
 * have gone is dropped and reported, never kept: a late reply must not reach whoever listens next.
 */
export class Inbox {
  readonly #listeners = new Few<Listening>();
  readonly #onStray: ((what: string) => void) | undefined;
  #early: Uint8Array[] | undefined = [];
  #earlyBytes = 0;
  #earlyDropped = 0;

  constructor(onStray?: (what: string) => void) {
    this.#onStray = onStray;
  }

  /** The chunk must not be changed afterwards; listeners share it. */
  deliver(chunk: Uint8Array): void {
    if (this.#early !== undefined) return this.#keep(this.#early, chunk);
    if (this.#listeners.size === 0) return this.#onStray?.(`${chunk.length} bytes that nobody was listening for`);
    // A copy: whoever starts to listen because of this chunk must not hear this chunk.
    for (const listening of this.#listeners.all()) {
      if (this.#listeners.has(listening)) this.#tell(listening, chunk);
    }
  }

  listen(hear: (chunk: Uint8Array) => void): () => void {
    const listening = { hear };
    this.#listeners.add(listening);
    // Not in this call: the listener may use what this call returns.
    if (this.#early !== undefined) queueMicrotask(() => this.#release());
    return () => this.#listeners.delete(listening);
  }

  #keep(early: Uint8Array[], chunk: Uint8Array): void {
    early.push(chunk);
    this.#earlyBytes += chunk.length;
    while (this.#earlyBytes > earlyLimit) {
      const dropped = early.shift();
      this.#earlyBytes -= dropped?.length ?? 0;
      this.#earlyDropped += dropped?.length ?? 0;
    }
  }

  #release(): void {
    const early = this.#early ?? [];
    this.#early = undefined;
    if (this.#earlyDropped > 0) this.#onStray?.(`${this.#earlyDropped} bytes that came before anyone listened`);
    for (const chunk of early) this.deliver(chunk);
  }

  #tell(listening: Listening, chunk: Uint8Array): void {
    try {
      listening.hear(chunk);
    } catch (error) {
      reportThrown(error, this.#onStray);
    }
  }
}

/** A listener that throws must not break the others; with nobody to report to, it is thrown where it is seen. */
export function reportThrown(error: unknown, onStray: ((what: string) => void) | undefined): void {
  if (onStray !== undefined) return onStray(`a listener threw: ${messageOf(error)}`);
  queueMicrotask(() => {
    throw error;
  });
}
