import type { Clock, Timer } from '../clock.ts';

/** How long a line may wait for others, and how many characters wait at most. */
const waitMs = 20;
const maxCharacters = 65_536;

/** pino tells a stream that asks so how severe the line is that follows. */
const wantsLevel = Symbol.for('pino.metadata');
/** pino’s number for `warn`. */
const warn = 40;

/**
 * Lines for a file or a pipe, several at a time: to write one is a system call that everything waits for, and most lines are
 * of commands. What warns is written at once, with all that was to be written before it.
 */
export class LogLines {
  readonly [wantsLevel] = true;
  /** Set by pino before each line. */
  lastLevel = 0;
  readonly #write: (text: string) => void;
  readonly #clock: Pick<Clock, 'timer'>;
  #waiting = '';
  #timer: Timer | undefined;

  constructor(write: (text: string) => void, clock: Pick<Clock, 'timer'>) {
    this.#write = write;
    this.#clock = clock;
  }

  write(line: string): void {
    this.#waiting += line;
    if (this.lastLevel >= warn || this.#waiting.length >= maxCharacters) this.flush();
    else this.#timer ??= this.#clock.timer(waitMs, () => this.flush());
  }

  /** Writes what waits. */
  flush(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    if (this.#waiting === '') return;
    const text = this.#waiting;
    this.#waiting = '';
    this.#write(text);
  }
}
