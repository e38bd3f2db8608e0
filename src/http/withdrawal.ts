import { BellcrankError } from '../errors.ts';

/** Aborts when the client goes away before it has its answer; at once where it went while the service was starting. */
export function withdrawal(response: {
  on(event: 'close', listener: () => void): unknown;
  readonly closed: boolean;
  readonly writableEnded: boolean;
}): AbortSignal {
  const controller = new AbortController();
  const left = (): void => {
    if (!response.writableEnded) controller.abort(new BellcrankError('cancelled', 'the client went away'));
  };
  if (response.closed) left();
  else response.on('close', left);
  return controller.signal;
}
