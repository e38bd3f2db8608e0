import type { Withdrawal } from '../command/step.ts';
import { BellcrankError } from '../errors.ts';

interface Response {
  on(event: 'close', listener: () => void): unknown;
  off(event: 'close', listener: () => void): unknown;
  readonly closed: boolean;
  readonly writableEnded: boolean;
}

/** Aborts when the client goes away before it has its answer; at once where it went while the service was starting. */
export function withdrawal(response: Response): AbortSignal {
  const controller = new AbortController();
  const left = (): void => {
    if (hasLeft(response)) controller.abort(new BellcrankError('cancelled', 'the client went away'));
  };
  if (response.closed) left();
  else response.on('close', left);
  return controller.signal;
}

/** The same for a command: most of them wait for nothing, so nobody listens, and there is no signal to be made. */
export function commandWithdrawal(response: Response): Withdrawal {
  return new ClientLeaves(response);
}

class ClientLeaves implements Withdrawal {
  readonly #response: Response;
  #listeners: Map<() => void, () => void> | undefined;

  constructor(response: Response) {
    this.#response = response;
  }

  get aborted(): boolean {
    return hasLeft(this.#response);
  }

  addEventListener(_abort: 'abort', listener: () => void): void {
    const left = (): void => {
      if (this.aborted) listener();
    };
    (this.#listeners ??= new Map()).set(listener, left);
    this.#response.on('close', left);
  }

  removeEventListener(_abort: 'abort', listener: () => void): void {
    const left = this.#listeners?.get(listener);
    if (left !== undefined) this.#response.off('close', left);
    this.#listeners?.delete(listener);
  }
}

/** Before it had its answer. */
function hasLeft({ closed, writableEnded }: Response): boolean {
  return closed && !writableEnded;
}
