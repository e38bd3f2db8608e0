import type { Clock, Timer } from '../../src/clock.ts';
import { Noise } from '../behaviour/noise.ts';
import { randomFrom } from '../behaviour/random.ts';
import type { ReceiverOptions } from './options.ts';

export interface Fixed {
  readonly latitude: number;
  readonly longitude: number;
  readonly altitude: number;
  /** m/s. */
  readonly speed: number;
  readonly course: number;
  readonly hdop: number;
  readonly pdop: number;
}

/** What the receiver tells of one instant. */
export interface Epoch {
  /** Milliseconds since 1970; undefined until its first fix: it has no other clock. */
  readonly time: number | undefined;
  /** Undefined: no fix. */
  readonly fixed: Fixed | undefined;
  readonly satellites: number;
}

const metresPerDegree = 111_195;

/** A receiver that moves at a steady speed and course, and what can happen to it. */
export class ReceiverBehaviour {
  readonly options: ReceiverOptions;
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #noise: Noise;
  readonly #listeners = new Set<(epoch: Epoch) => void>();
  /** Of the sky's clock, which runs on without jumps. */
  readonly #epochMs: number;
  readonly #startedAt: number;
  #timer: Timer | undefined;
  #latitude: number;
  #longitude: number;
  #movedAt: number;
  #hasFix = true;
  #corrupt = 0;
  speed: number;
  course: number;
  altitude: number;
  satellites: number;
  /** Its cable is cut, or it has lost its power: nothing comes. */
  silent = false;

  constructor(clock: Clock, options: ReceiverOptions, seed: number) {
    this.options = options;
    this.#clock = clock;
    this.#random = randomFrom(seed);
    this.#noise = new Noise(clock, seed);
    this.#epochMs = clock.now() - clock.monotonic();
    this.#startedAt = clock.monotonic();
    this.#movedAt = this.#startedAt;
    this.#latitude = options.latitude;
    this.#longitude = options.longitude;
    this.speed = options.speed;
    this.course = options.course;
    this.altitude = options.altitude;
    this.satellites = options.satellites;
    this.#schedule();
  }

  get hasFix(): boolean {
    return this.#hasFix && this.#clock.monotonic() - this.#startedAt >= this.options.startAfterMs;
  }
  /** Where it really is. */
  get place(): { readonly latitude: number; readonly longitude: number } {
    this.#move();
    return { latitude: this.#latitude, longitude: this.#longitude };
  }

  /** It is carried somewhere, and goes on from there. */
  carry(latitude: number, longitude: number): void {
    this.#move();
    this.#latitude = latitude;
    this.#longitude = longitude;
  }

  /** It goes on like this from where it is now. */
  head(speed: number, course: number): void {
    this.#move();
    this.speed = speed;
    this.course = course;
  }

  /** Returns the way to stop listening. */
  listen(listener: (epoch: Epoch) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** It goes under a bridge. */
  loseFix(): void {
    this.#hasFix = false;
  }

  regainFix(): void {
    this.#hasFix = true;
  }

  /** The next sentences are garbled on their way. */
  corruptNext(sentences: number): void {
    this.#corrupt = sentences;
  }

  /** Whether the next sentence is garbled; each is asked about once. */
  takeCorruption(): boolean {
    if (this.#corrupt === 0) return false;
    this.#corrupt--;
    return true;
  }

  /** What it would tell now. */
  observe(): Epoch {
    const { satellites } = this;
    const wasFixed = this.#clock.monotonic() - this.#startedAt >= this.options.startAfterMs;
    const time = wasFixed ? Math.floor(this.#epochMs + this.#clock.monotonic()) : undefined;
    if (!this.hasFix) return { time, fixed: undefined, satellites };
    const { latitude, longitude } = this.place;
    const noise = (channel: string): number => this.#noise.uniform(this.options.noise, channel);
    return {
      time,
      satellites,
      fixed: {
        latitude: latitude + noise('latitude') / metresPerDegree,
        longitude: wrapped(longitude + noise('longitude') / metresPerLongitude(latitude)),
        altitude: this.altitude + noise('altitude'),
        speed: this.speed,
        course: this.course,
        hdop: 0.9,
        pdop: 1.6,
      },
    };
  }

  /** A number in [0, 1) that the seed fixes. */
  random(): number {
    return this.#random();
  }

  /** Stops its timer. */
  close(): void {
    this.#timer?.cancel();
    this.#listeners.clear();
  }

  #schedule(): void {
    this.#timer = this.#clock.timer(1000 / this.options.rateHz, () => {
      this.#schedule();
      if (this.silent) return;
      const epoch = this.observe();
      for (const listener of this.#listeners) listener(epoch);
    });
  }

  #move(): void {
    const now = this.#clock.monotonic();
    const metres = (this.speed * (now - this.#movedAt)) / 1000;
    const radians = (this.course * Math.PI) / 180;
    this.#movedAt = now;
    this.#longitude = wrapped(this.#longitude + (metres * Math.sin(radians)) / metresPerLongitude(this.#latitude));
    // The poles are beyond its map: it follows the last parallel.
    this.#latitude = Math.max(-89, Math.min(89, this.#latitude + (metres * Math.cos(radians)) / metresPerDegree));
  }
}

function metresPerLongitude(latitude: number): number {
  return metresPerDegree * Math.cos((latitude * Math.PI) / 180);
}

function wrapped(longitude: number): number {
  return ((((longitude + 180) % 360) + 360) % 360) - 180;
}
