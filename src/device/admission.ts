import type { Clock, Timer } from '../clock.ts';

/** How many attach at once. */
const places = 64;
/** One that is silent keeps its place no longer than this: it holds nobody up. */
const placeMs = 100;
/** Attaches that begin in one turn of the event loop; each is a millisecond of work or so. */
const perTurn = 16;

interface Waiting {
  readonly grant: () => void;
  /** It has its place, or has given up. */
  over: boolean;
}

/**
 * Who may attach on a connection that comes back for thousands of devices at once. They come one after the other, those
 * that are to be stopped first, so that no attach runs out of time because of the others, and commands are answered
 * meanwhile.
 */
export class Admission {
  readonly #clock: Clock;
  readonly #waiting = { first: new Queue(), later: new Queue() };
  #inside = 0;
  #begun = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Resolves with the way to give the place back (idempotent). Rejects with the signal's reason. */
  async enter(signal: AbortSignal, goesFirst: boolean): Promise<() => void> {
    signal.throwIfAborted();
    if (!this.#hasRoom) await this.#turn(signal, goesFirst ? this.#waiting.first : this.#waiting.later);
    else this.#take();
    let timer: Timer | undefined = undefined;
    let inside = true;
    const leave = (): void => {
      timer?.cancel();
      if (!inside) return;
      inside = false;
      this.#inside--;
      this.#pump();
    };
    timer = this.#clock.timer(placeMs, leave);
    return leave;
  }

  get #hasRoom(): boolean {
    return this.#inside < places && this.#begun < perTurn;
  }

  #take(): void {
    this.#inside++;
    if (this.#begun++ > 0) return;
    setImmediate(() => {
      this.#begun = 0;
      this.#pump();
    });
  }

  #turn(signal: AbortSignal, queue: Queue): Promise<void> {
    return new Promise((resolve, reject) => {
      const giveUp = (): void => {
        waiting.over = true;
        reject(signal.reason as Error);
      };
      const grant = (): void => {
        signal.removeEventListener('abort', giveUp);
        resolve();
      };
      const waiting: Waiting = { grant, over: false };
      queue.push(waiting);
      signal.addEventListener('abort', giveUp, { once: true });
    });
  }

  #pump(): void {
    while (this.#hasRoom) {
      const next = this.#waiting.first.shift() ?? this.#waiting.later.shift();
      if (next === undefined) return;
      next.over = true;
      this.#take();
      next.grant();
    }
  }
}

/** First come, first served; whoever has given up is passed over. */
class Queue {
  #items: Waiting[] = [];
  #head = 0;

  push(item: Waiting): void {
    this.#items.push(item);
  }

  shift(): Waiting | undefined {
    while (this.#head < this.#items.length) {
      const item = this.#items[this.#head++];
      if (item?.over === false) return item;
    }
    this.#items = [];
    this.#head = 0;
    return undefined;
  }
}
