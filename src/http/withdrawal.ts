import { BellcrankError } from '../errors.ts';

/** Aborts when the client goes away before it has its answer. */
export function withdrawal(response: {
  on(event: 'close', listener: () => void): unknown;
  readonly writableEnded: boolean;
}): AbortSignal {
  const controller = new AbortController();
  response.on('close', () => {
    if (!response.writableEnded) controller.abort(new BellcrankError('cancelled', 'the client went away'));
  });
  return controller.signal;
}
