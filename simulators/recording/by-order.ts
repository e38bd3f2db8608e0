import type { Clock, Timer } from '../../src/clock.ts';
import type { Ear } from './ear.ts';
import type { ReplayLog } from './replay.ts';
import { bytesOf, type Said, type Turn } from '../../src/recording/index.ts';

/** Where a replay by order is; it goes on over connections. */
export class Place {
  readonly #turns: readonly Turn[];
  #next = 0;

  constructor(turns: readonly Turn[]) {
    this.#turns = turns;
  }

  get turn(): Turn | undefined {
    return this.#turns[this.#next];
  }

  advance(): void {
    this.#next++;
  }

  /** Those that have not been asked. */
  left(): readonly Turn[] {
    return this.#turns.slice(this.#next);
  }
}

/** Silence after which something else may come than what was not expected. */
const settleMs = 30;

/** Longest that is kept of what was not expected. */
const maxUnexpected = 4096;

/** Answers when it hears what was sent next in the recording; anything else is noted, and not answered. */
export class OrderedEar implements Ear {
  readonly #place: Place;
  readonly #log: ReplayLog;
  readonly #clock: Clock;
  readonly #say: (said: readonly Said[]) => void;
  #heard: Buffer = Buffer.alloc(0);
  #isLost = false;
  #timer: Timer | undefined;

  constructor(place: Place, log: ReplayLog, clock: Clock, say: (said: readonly Said[]) => void) {
    this.#place = place;
    this.#log = log;
    this.#clock = clock;
    this.#say = say;
  }

  hear(chunk: Uint8Array): void {
    this.#heard = Buffer.concat([this.#heard, chunk]).subarray(0, this.#isLost ? maxUnexpected : undefined);
    if (!this.#isLost) this.#take();
    this.#timer?.cancel();
    if (this.#heard.length > 0) this.#timer = this.#clock.timer(settleMs, () => this.#settle());
  }

  close(): void {
    this.#timer?.cancel();
    this.#heard = Buffer.alloc(0);
  }

  #take(): void {
    while (this.#heard.length > 0) {
      const { turn } = this.#place;
      const expected = turn === undefined ? undefined : bytesOf(turn.sent);
      if (turn === undefined || expected === undefined || !agrees(this.#heard, expected))
        return void (this.#isLost = true);
      if (this.#heard.length < expected.length) return;
      this.#heard = this.#heard.subarray(expected.length);
      this.#place.advance();
      this.#say(turn.said);
    }
  }

  /** It is silent: what is here now is all that was meant. */
  #settle(): void {
    const { turn: expected } = this.#place;
    this.#log.add({ heard: this.#heard, ...(expected !== undefined && { expected }) });
    this.#heard = Buffer.alloc(0);
    this.#isLost = false;
  }
}

/** As far as both go. */
function agrees(heard: Uint8Array, expected: Uint8Array): boolean {
  const length = Math.min(heard.length, expected.length);
  return Buffer.compare(heard.subarray(0, length), expected.subarray(0, length)) === 0;
}
