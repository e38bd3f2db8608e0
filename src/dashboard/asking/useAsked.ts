import { useCallback, useEffect, useMemo, useRef, useState } from 'react';

export interface Asked<T> {
  /** The last answer, also while a later one is asked for or does not come. */
  readonly answer: T | undefined;
  /** Why the last question has none. */
  readonly error: unknown;
  /** Asks anew. */
  readonly again: () => void;
}

interface Known<T> {
  readonly key: string;
  readonly answer: T | undefined;
  readonly error: unknown;
}

interface When {
  /** Whenever this is another one it is asked for anew; what was known stays until there is an answer. */
  readonly changes?: string | number;
  /** Again and again, while somebody looks. */
  readonly everyMs?: number;
}

/**
 * Asks the service for something. One question is under way at a time: a slow answer never overtakes a later one.
 *
 * @param key What is asked for; what was known of another key is forgotten.
 */
export function useAsked<T>(
  key: string,
  ask: (signal: AbortSignal) => Promise<T>,
  { changes, everyMs }: When = {},
): Asked<T> {
  const [known, setKnown] = useState<Known<T>>({ key, answer: undefined, error: undefined });
  const [turn, setTurn] = useState(0);
  const latest = useLatest(ask);
  const question = useMemo(() => ({ key, turn, changes }), [key, turn, changes]);
  useEffect(() => {
    const { key } = question;
    const tell = (told: Partial<Known<T>>): void => {
      setKnown((before) => ({ ...(before.key === key ? before : nothing(key)), error: undefined, ...told }));
    };
    return repeat(async (signal) => {
      try {
        const answer = await latest.current(signal);
        if (!signal.aborted) tell({ answer });
      } catch (error) {
        if (!signal.aborted) tell({ error });
      }
    }, everyMs);
  }, [question, everyMs, latest]);
  const again = useCallback(() => setTurn((before) => before + 1), []);
  return { ...(known.key === key ? known : nothing<T>(key)), again };
}

function nothing<T>(key: string): Known<T> {
  return { key, answer: undefined, error: undefined };
}

/** What a later turn calls without beginning anew when it is another function. */
function useLatest<T>(value: T): { readonly current: T } {
  const ref = useRef(value);
  useEffect(() => {
    ref.current = value;
  });
  return ref;
}

/** Does something now and, with `everyMs`, that long after each time that it is done, while the page is seen. */
function repeat(does: (signal: AbortSignal) => Promise<void>, everyMs: number | undefined): () => void {
  const ending = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isUnderWay = false;
  const go = (): void => {
    if (isUnderWay || ending.signal.aborted || (document.hidden && everyMs !== undefined)) return;
    isUnderWay = true;
    clearTimeout(timer);
    void does(ending.signal).then(() => {
      isUnderWay = false;
      if (everyMs !== undefined && !ending.signal.aborted) timer = setTimeout(go, everyMs);
    });
  };
  go();
  if (everyMs !== undefined) document.addEventListener('visibilitychange', go);
  return () => {
    ending.abort();
    clearTimeout(timer);
    document.removeEventListener('visibilitychange', go);
  };
}
