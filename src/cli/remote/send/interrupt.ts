import type { Surroundings } from '../../context.ts';

/** Aborts at Ctrl+C or when the process is to end. Only the first signal is taken: the second one ends the process. */
export function interruption({ takeSignals, shutdown }: Surroundings): Disposable & { readonly signal: AbortSignal } {
  const interrupted = new AbortController();
  const taking = takeSignals?.(() => {
    taking?.[Symbol.dispose]();
    interrupted.abort();
  });
  return {
    signal: AbortSignal.any([interrupted.signal, shutdown]),
    [Symbol.dispose]: () => taking?.[Symbol.dispose](),
  };
}
