import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { Unreachable } from '../../client/index.ts';
import { useCounter } from '../live/index.ts';
import { mayPass } from './reason.ts';

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

/** What another question may answer is asked again so long after, in ms. */
const againMs = 3000;

/**
 * Asks the service for something, anew when it was away. One question is under way at a time: a slow answer never overtakes a later one.
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
  const back = useCounter('back');
  const question = useMemo(() => ({ key, turn, changes, back }), [key, turn, changes, back]);
  useEffect(() => {
    const { key } = question;
    const tell = (told: Partial<Known<T>>): void => {
      setKnown((before) => ({ ...(before.key === key ? before : nothing(key)), error: undefined, ...told }));
    };
    return repeat(async (signal) => {
      try {
        const answer = await latest.current(signal);
        if (!signal.aborted) tell({ answer });
        return true;
      } catch (error) {
        // Nothing is done by a question.
        const why = error instanceof Unreachable ? new Error('The service does not answer.') : error;
        if (!signal.aborted) tell({ error: why });
        return !mayPass(error);
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

/** Does something now, again where it resolves with false, and with `everyMs` that long after each time, while the page is seen. */
function repeat(does: (signal: AbortSignal) => Promise<boolean>, everyMs: number | undefined): () => void {
  const ending = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isUnderWay = false;
  let pause = everyMs;
  const go = (): void => {
    if (isUnderWay || ending.signal.aborted) return;
    isUnderWay = true;
    clearTimeout(timer);
    void does(ending.signal).then((isDone) => {
      isUnderWay = false;
      pause = everyMs ?? (isDone ? undefined : againMs);
      if (pause !== undefined && !ending.signal.aborted) timer = setTimeout(look, pause);
    });
  };
  const look = (): void => {
    if (pause !== undefined && !document.hidden) go();
  };
  if (everyMs === undefined) go();
  else look();
  document.addEventListener('visibilitychange', look);
  return () => {
    ending.abort();
    clearTimeout(timer);
    document.removeEventListener('visibilitychange', look);
  };
}
