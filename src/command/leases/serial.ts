/** Runs tasks one after the other, in the order they came. */
export class Serial {
  #last: Promise<unknown> = Promise.resolve();
  #pending = 0;

  /** Tasks that have not ended. */
  get pending(): number {
    return this.#pending;
  }

  /** Resolves or rejects as the task does; the next one runs in any case. */
  async run<T>(task: () => Promise<T>): Promise<T> {
    this.#pending++;
    const run = this.#last.then(task).finally(() => this.#pending--);
    this.#last = run.catch(() => {});
    return await run;
  }
}
