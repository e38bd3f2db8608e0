import type { Clock, Timer } from '../../src/clock.ts';
import { latin1 } from '../../src/driver/index.ts';
import type { Ear } from './ear.ts';
import type { ReplayLog } from './replay.ts';
import type { Requests } from './requests.ts';
import type { Said } from '../../src/recording/index.ts';

/** Silence after which what was heard is taken for whole. */
const settleMs = 30;

/** Longest that is kept of what no request begins with. */
const maxUnknown = 4096;

/** Takes requests out of what one connection hears, and answers each as it was answered when it was recorded. */
export class MatchingEar implements Ear {
  readonly #requests: Requests;
  readonly #log: ReplayLog;
  readonly #clock: Clock;
  readonly #say: (said: readonly Said[]) => void;
  #heard = '';
  #timer: Timer | undefined;

  constructor(requests: Requests, log: ReplayLog, clock: Clock, say: (said: readonly Said[]) => void) {
    this.#requests = requests;
    this.#log = log;
    this.#clock = clock;
    this.#say = say;
  }

  hear(chunk: Uint8Array): void {
    this.#timer?.cancel();
    this.#heard += latin1(chunk);
    this.#take();
    if (this.#heard !== '') this.#timer = this.#clock.timer(settleMs, () => this.#settle());
  }

  close(): void {
    this.#timer?.cancel();
    this.#heard = '';
  }

  #take(): void {
    for (;;) {
      const found = this.#heard === '' ? undefined : this.#requests.find(this.#heard);
      if (found === undefined || found.kind === 'wait') return;
      if (found.kind === 'request') this.#answer(found.length);
      else if (!this.#dropUnknown()) return;
    }
  }

  /** Up to where the next message begins; without a terminator that is known only once it is silent. */
  #dropUnknown(): boolean {
    const { terminator } = this.#requests;
    const end = terminator === '' ? -1 : this.#heard.indexOf(terminator);
    if (end < 0 && this.#heard.length <= maxUnknown) return false;
    this.#unexpected(end < 0 ? this.#heard.length : end + terminator.length);
    return true;
  }

  /** Nothing more comes: the shorter request was meant, or none. */
  #settle(): void {
    const found = this.#requests.find(this.#heard);
    if (found.kind === 'wait' && found.settled !== undefined) this.#answer(found.settled);
    else this.#unexpected(this.#heard.length);
    this.#take();
  }

  #answer(length: number): void {
    const request = this.#heard.slice(0, length);
    this.#heard = this.#heard.slice(length);
    this.#say(this.#requests.answer(request));
  }

  #unexpected(length: number): void {
    const heard = Buffer.from(this.#heard.slice(0, length), 'latin1');
    this.#heard = this.#heard.slice(length);
    this.#log.add({ heard });
  }
}
