import type { LiveFault } from './live-fault.ts';
import type { FrameTrigger } from './stage.ts';

/** How far back a frame that arrives in pieces is looked for. */
const windowBytes = 1024;

/**
 * A fault's trigger on one connection. What is heard may arrive in pieces, so a pattern is looked for in the chunk, and
 * then in all that was heard since the device last spoke or the pattern was last found.
 */
export class ByteTrigger implements FrameTrigger {
  readonly #live: LiveFault;
  #window = '';

  constructor(live: LiveFault) {
    this.#live = live;
  }

  said(frame: Uint8Array): boolean {
    return this.#live.selects(frame.length, (pattern) => pattern.test(textOf(frame)));
  }

  heard(chunk: Uint8Array): boolean {
    return this.#live.selects(chunk.length, (pattern) => {
      const text = textOf(chunk);
      this.#window = (this.#window + text).slice(-windowBytes);
      const found = pattern.test(text) || pattern.test(this.#window);
      if (found) this.#window = '';
      return found;
    });
  }

  /** The device has spoken: what comes is a new frame. */
  spoke(): void {
    this.#window = '';
  }
}

const textOf = (frame: Uint8Array): string => Buffer.from(frame).toString('latin1');
