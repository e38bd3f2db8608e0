import { BellcrankError } from '../errors.ts';
import type { ConfigReload, Opened } from '../reload/reload.ts';

/** Each is told once. */
export interface Moments {
  readonly started: PromiseWithResolvers<void>;
  readonly known: PromiseWithResolvers<void>;
  readonly opened: PromiseWithResolvers<Opened>;
}

/** When requests are let in, stops among them, and when everything is there. */
export function momentsOf(): Moments {
  const opened = Promise.withResolvers<Opened>();
  // Nobody may be waiting.
  opened.promise.catch(() => {});
  return { started: Promise.withResolvers<void>(), known: Promise.withResolvers<void>(), opened };
}

/** Whoever waits for the service to be there hears that it goes. */
export function over({ started, known, opened }: Moments, reload: ConfigReload): void {
  known.resolve();
  started.resolve();
  reload.close();
  opened.reject(new BellcrankError('shutting-down', 'the service is shutting down'));
}
