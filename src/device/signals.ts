/** A controller that follows other signals and lets go of them, so that long-lived ones collect no listeners. */
export interface Linked {
  readonly signal: AbortSignal;
  abort(reason: Error): void;
  unlink(): void;
}

export function linkSignals(...sources: readonly AbortSignal[]): Linked {
  const controller = new AbortController();
  const abort = (reason: Error): void => controller.abort(reason);
  return { signal: controller.signal, abort, unlink: followAll(sources, abort) };
}

/** Calls `abort` as soon as one of them aborts; returns how to let go of them. */
export function followAll(sources: readonly AbortSignal[], abort: (reason: Error) => void): () => void {
  const listeners = sources.map((source) => {
    const follow = (): void => abort(source.reason as Error);
    if (source.aborted) follow();
    else source.addEventListener('abort', follow, { once: true });
    return () => source.removeEventListener('abort', follow);
  });
  return () => {
    for (const remove of listeners) remove();
  };
}
