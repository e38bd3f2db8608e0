import { allOf, type Few, withOne, withoutOne } from '../few.ts';

export type Follower = (reason: Error) => void;

/**
 * That something is over, and why. An AbortController says the same, and with one listener it weighs most of a kilobyte: the
 * sessions of ten thousand devices end here, and have a signal where somebody asks for one.
 */
export class End {
  #reason: Error | undefined;
  #controller: AbortController | undefined;
  /** Mostly one. */
  #followers: Follower | Few<Follower> | undefined;

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
  follow(follower: Follower): void {
    if (this.#reason === undefined) this.#followers = withOne(this.#followers, follower);
    else follower(this.#reason);
  }

  unfollow(follower: Follower): void {
    this.#followers = withoutOne(this.#followers, follower);
  }

  /** The first reason counts. */
  end(reason: Error): void {
    if (this.#reason !== undefined) return;
    this.#reason = reason;
    const followers = allOf(this.#followers);
    this.#followers = undefined;
    if (this.#controller !== undefined) this.abort(this.#controller, reason);
    for (const follower of followers) this.tell(follower, reason);
  }

  protected abort(controller: AbortController, reason: Error): void {
    controller.abort(reason);
  }

  /** One that fails keeps the others from nothing: as with a signal, its error is uncaught. */
  protected tell(follower: Follower, reason: Error): void {
    try {
      follower(reason);
    } catch (error) {
      queueMicrotask(() => {
        throw error;
      });
    }
  }
}
