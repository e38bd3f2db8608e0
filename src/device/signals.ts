import { End } from './end.ts';

/** A controller that follows other signals and lets go of them, so that long-lived ones collect no listeners. */
export interface Linked {
  readonly signal: AbortSignal;
  abort(reason: Error): void;
  unlink(): void;
}

export function linkSignals(...sources: readonly (AbortSignal | End)[]): Linked {
  const controller = new AbortController();
  const abort = (reason: Error): void => controller.abort(reason);
  return { signal: controller.signal, abort, unlink: followAll(sources, abort) };
}

/** Calls `abort` as soon as one of them aborts; returns how to let go of them. */
export function followAll(sources: readonly (AbortSignal | End)[], abort: (reason: Error) => void): () => void {
  const listeners = sources.map((source) => {
    const follow = (): void => abort(source.reason as Error);
    return source instanceof End ? followEnding(source, follow) : followSignal(source, follow);
  });
  return () => {
    for (const remove of listeners) remove();
  };
}

/** Returns how to let go. */
function followSignal(source: AbortSignal, follow: () => void): () => void {
  if (source.aborted) follow();
  else source.addEventListener('abort', follow, { once: true });
  return () => source.removeEventListener('abort', follow);
}

function followEnding(source: End, follow: () => void): () => void {
  source.follow(follow);
  return () => source.unfollow(follow);
}
