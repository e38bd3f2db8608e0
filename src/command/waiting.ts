/** Whether a command may go on waiting for its turn. What follows a signal is made when somebody waits. */
export class Waiting {
  #reason: unknown;
  #isOver = false;
  #controller: AbortController | undefined;

  /** The first reason counts. */
  abort(reason: unknown): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#reason = reason;
    this.#controller?.abort(reason);
  }

  get aborted(): boolean {
    return this.#isOver;
  }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#isOver) this.#controller.abort(this.#reason);
    }
    return this.#controller.signal;
  }
}
