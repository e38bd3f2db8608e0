import { useCallback, useEffect, useRef, useState } from 'react';
import { later } from '../data/later.ts';
import { messageOf } from '../data/message.ts';
import { deviceAt } from '../data/paths.ts';
import { lab } from '../data/shared.ts';
import { joined, type TraceEntry, type TracePage } from './entry.ts';

const everyMs = 700;

export interface Trace {
  readonly rows: readonly TraceEntry[];
  /** Entries that came too fast to be read. */
  readonly missed: number;
  readonly error: string | undefined;
  readonly clear: () => void;
}

/** The wire as it happens, while `running`. */
export function useTrace(device: string, running: boolean): Trace {
  const [rows, setRows] = useState<readonly TraceEntry[]>([]);
  const [missed, setMissed] = useState(0);
  const [error, setError] = useState<string>();
  const next = useRef<number>(undefined);
  useEffect(() => {
    if (!running) return undefined;
    const controller = new AbortController();
    const { signal } = controller;
    let cancel: (() => void) | undefined;
    const ask = async (): Promise<void> => {
      try {
        const page = await read(device, next.current, signal);
        if (signal.aborted) return;
        // What was gone before the first question was missed by nobody.
        if (next.current !== undefined && page.dropped > 0) setMissed((count) => count + page.dropped);
        next.current = page.next;
        setRows((before) => joined(before, page.items));
        setError(undefined);
      } catch (problem) {
        if (!signal.aborted) setError(messageOf(problem));
      }
      if (!signal.aborted) cancel = later(everyMs, () => void ask());
    };
    void ask();
    return () => {
      controller.abort();
      cancel?.();
    };
  }, [device, running]);
  const clear = useCallback(() => {
    setRows([]);
    setMissed(0);
  }, []);
  return { rows, missed, error, clear };
}

async function read(device: string, since: number | undefined, signal: AbortSignal): Promise<TracePage> {
  const query = since === undefined ? { limit: 100 } : { since, limit: 500 };
  return (await lab.http.request<TracePage>('GET', `${deviceAt(device)}/trace`, { query, signal })).body;
}
