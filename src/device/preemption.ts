/** What a stop ends because it needs the line. A signal is made when something begins that could be ended. */
export class Preemption {
  #controller: AbortController | undefined;

  /** For what begins now. */
  begin(): AbortSignal {
    if (this.#controller === undefined || this.came) this.#controller = new AbortController();
    return this.#controller.signal;
  }

  /** A stop came, and nothing has begun since. */
  get came(): boolean {
    return this.#controller?.signal.aborted === true;
  }

  preempt(error: Error): void {
    this.#controller ??= new AbortController();
    this.#controller.abort(error);
  }

  /** What could have been ended is done; a stop that came meanwhile is kept. */
  settle(): void {
    if (!this.came) this.#controller = undefined;
  }
}
