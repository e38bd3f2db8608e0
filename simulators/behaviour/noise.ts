import type { Clock } from '../../src/clock.ts';
import { gaussianFrom, randomFrom } from './random.ts';

/**
 * Noise of a sensor. What it is at an instant follows from the seed and the clock alone: whoever asks twice at one
 * instant hears the same, and nobody’s asking changes what others hear. Different channels have nothing to do with one
 * another.
 */
export class Noise {
  readonly #clock: Clock;
  readonly #seed: number;
  readonly #everyMs: number;

  /** A new value every so many ms of the clock, as a sensor measures; 1 if absent. */
  constructor(clock: Clock, seed: number, everyMs = 1) {
    this.#clock = clock;
    this.#seed = seed;
    this.#everyMs = everyMs;
  }

  /** Normally distributed around 0, in the unit of the standard deviation. */
  gaussian(standardDeviation: number, channel = ''): number {
    return standardDeviation === 0 ? 0 : standardDeviation * gaussianFrom(this.#now(channel))();
  }

  /** Anything between `-amplitude` and `amplitude`, all of it as likely. */
  uniform(amplitude: number, channel = ''): number {
    return amplitude === 0 ? 0 : amplitude * (this.#now(channel)() * 2 - 1);
  }

  /** The numbers of this instant. */
  #now(channel: string): () => number {
    const tick = Math.floor(this.#clock.monotonic() / this.#everyMs);
    let state = mixed(this.#seed, tick >>> 0);
    state = mixed(state, Math.floor(tick / 2 ** 32) >>> 0);
    for (let at = 0; at < channel.length; at++) state = mixed(state, channel.charCodeAt(at));
    return randomFrom(state);
  }
}

/** One 32-bit number of two, each bit of which depends on all of theirs (the finaliser of MurmurHash3). */
function mixed(one: number, other: number): number {
  let hash = (Math.imul(one, 0x9e_37_79_b1) + other) >>> 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85_eb_ca_6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2_b2_ae_35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
