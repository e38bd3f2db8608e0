/** Runs tasks one after the other, in the order they came. */
export class Serial {
  readonly #drained: () => void;
  #last: Promise<unknown> = Promise.resolve();
  #pending = 0;

  /** `drained` is called whenever the last task there is has ended. */
  constructor(drained: () => void) {
    this.#drained = drained;
  }

  /** Tasks that have not ended. */
  get pending(): number {
    return this.#pending;
  }

  /** Resolves or rejects as the task does; the next one runs in any case. */
  async run<T>(task: () => Promise<T>): Promise<T> {
    this.#pending++;
    const run = this.#last.then(task).finally(() => this.#ended());
    this.#last = run.catch(() => {});
    return await run;
  }

  #ended(): void {
    this.#pending--;
    if (this.#pending === 0) this.#drained();
  }
}
