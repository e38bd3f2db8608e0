import { stoppedError } from './stopped-error.ts';

/** The lane: while it is held, nobody else gets a turn. */
interface Held {
  hold(): () => void;
}

interface Job {
  readonly first: boolean;
  readonly abort: AbortController;
  run(): Promise<void>;
}

/**
 * What has a line to itself, one after the other: stops first, then whoever brings the line back into step. The lane is
 * held from the moment that a job is handed in. A stop aborts a job that is not one; whoever ran that starts again.
 */
export class Exclusive {
  readonly #lane: Held;
  readonly #waiting: Job[] = [];
  #running: Job | undefined;

  constructor(lane: Held) {
    this.#lane = lane;
  }

  run<T>(task: (signal: AbortSignal) => Promise<T>, kind: 'stop' | 'recovery'): Promise<T> {
    const release = this.#lane.hold();
    const abort = new AbortController();
    const first = kind === 'stop';
    return new Promise<T>((resolve, reject) => {
      const run = (): Promise<void> => task(abort.signal).then(resolve, reject).finally(release);
      this.#enqueue({ first, abort, run });
    });
  }

  #enqueue(job: Job): void {
    const behind = job.first ? this.#waiting.findIndex(({ first }) => !first) : -1;
    if (behind < 0) this.#waiting.push(job);
    else this.#waiting.splice(behind, 0, job);
    if (job.first && this.#running?.first === false) {
      this.#running.abort.abort(stoppedError('a stop took the line'));
    }
    this.#next();
  }

  #next(): void {
    if (this.#running !== undefined) return;
    const job = this.#waiting.shift();
    if (job === undefined) return;
    this.#running = job;
    void job.run().finally(() => {
      this.#running = undefined;
      this.#next();
    });
  }
}
