import { Few } from '../few.ts';

/**
 * That something is over, and why. An AbortController says the same, and with one listener it weighs most of a kilobyte: the
 * sessions of ten thousand devices end here, and have a signal where somebody asks for one.
 */
export class End {
  #reason: Error | undefined;
  #controller: AbortController | undefined;
  #followers: Few<(reason: Error) => void> | undefined;

  get isOver(): boolean {
    return this.#reason !== undefined;
  }
  get reason(): Error | undefined {
    return this.#reason;
  }

  /** Aborts with the reason. */
  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#reason !== undefined) this.#controller.abort(this.#reason);
    }
    return this.#controller.signal;
  }

  /** Calls back at the end; at once, if that has been. */
  follow(follower: (reason: Error) => void): void {
    if (this.#reason === undefined) (this.#followers ??= new Few()).add(follower);
    else follower(this.#reason);
  }

  unfollow(follower: (reason: Error) => void): void {
    this.#followers?.delete(follower);
    if (this.#followers?.size === 0) this.#followers = undefined;
  }

  /** The first reason counts. */
  end(reason: Error): void {
    if (this.#reason !== undefined) return;
    this.#reason = reason;
    const followers = this.#followers?.all() ?? [];
    this.#followers = undefined;
    this.#controller?.abort(reason);
    for (const follower of followers) tell(follower, reason);
  }
}

/** One that fails keeps the others from nothing: as with a signal, its error is uncaught. */
function tell(follower: (reason: Error) => void, reason: Error): void {
  try {
    follower(reason);
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}
