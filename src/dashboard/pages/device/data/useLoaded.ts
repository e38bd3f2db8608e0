import { useCallback, useEffect, useEffectEvent, useState } from 'react';
import { mayPass } from '../../../asking/reason.ts';
import { later } from './later.ts';
import { messageOf } from './message.ts';

export interface Loaded<T> {
  readonly value: T | undefined;
  /** Why there is nothing newer. */
  readonly error: string | undefined;
  readonly reload: () => void;
}

interface Options {
  /** How often it is asked again, while somebody looks. */
  readonly everyMs?: number;
  /** Asks again when it changes, and shows what is known meanwhile. */
  readonly version?: unknown;
}

/** What another question may answer is asked again so long after, in ms. */
const againMs = 3000;

type Load<T> = (signal: AbortSignal) => Promise<T>;

/** What the service answers to one question at a time. What was asked under another `key` is never shown. */
export function useLoaded<T>(key: string, load: Load<T>, { everyMs, version }: Options = {}): Loaded<T> {
  const [state, setState] = useState<{ key: string; value?: T; error?: string }>({ key });
  const [asked, setAsked] = useState(0);
  const latest = useEffectEvent(load);
  useEffect(() => {
    const controller = new AbortController();
    const { signal } = controller;
    let cancel: (() => void) | undefined;
    const ask = async (): Promise<void> => {
      try {
        const value = await latest(signal);
        if (!signal.aborted) setState({ key, value });
        if (everyMs !== undefined && !signal.aborted) cancel = later(everyMs, next);
      } catch (error) {
        const why = messageOf(error);
        if (!signal.aborted)
          setState((before) => (before.key === key ? { ...before, error: why } : { key, error: why }));
        const pause = everyMs ?? (mayPass(error) ? againMs : undefined);
        if (pause !== undefined && !signal.aborted) cancel = later(pause, next);
      }
    };
    const next = (): void => {
      // A page that nobody sees asks nothing.
      if (document.hidden) cancel = later(1000, next);
      else void ask();
    };
    void ask();
    return () => {
      controller.abort();
      cancel?.();
    };
    // oxlint-disable-next-line react/exhaustive-effect-dependencies -- They say when to ask, not what.
  }, [key, asked, everyMs, version]);
  const reload = useCallback(() => setAsked((count) => count + 1), []);
  const own = state.key === key ? state : undefined;
  return { value: own?.value, error: own?.error, reload };
}
