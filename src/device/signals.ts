/** A controller that follows other signals and lets go of them, so that long-lived ones collect no listeners. */
export interface Linked {
  readonly signal: AbortSignal;
  abort(reason: Error): void;
  unlink(): void;
}

export function linkSignals(...sources: readonly AbortSignal[]): Linked {
  const controller = new AbortController();
  const abort = (reason: Error): void => controller.abort(reason);
  const listeners = sources.map((source) => {
    const follow = (): void => abort(source.reason as Error);
    if (source.aborted) follow();
    else source.addEventListener('abort', follow, { once: true });
    return () => source.removeEventListener('abort', follow);
  });
  return {
    signal: controller.signal,
    abort,
    unlink: () => {
      for (const remove of listeners) remove();
    },
  };
}
