import { useCallback, useEffect, useMemo, useState } from 'react';
import { useAct } from '../../asking/useAct.ts';
import { useAsked } from '../../asking/useAsked.ts';
import type { CommandView } from '../../../client/index.ts';
import { lab, useCommands, useConnection } from '../../live/index.ts';
import type { Filters } from './filters.ts';
import { searchOf } from './filters.ts';
import { type Listed, maxListed, withHeard, withPage } from './listed.ts';

const pageSize = 100;

export interface History {
  /** Undefined until the service has answered. */
  readonly items: readonly CommandView[] | undefined;
  readonly error: unknown;
  readonly isBusy: boolean;
  /** Shows the next page, too; undefined where there is none, or no more are shown. */
  readonly more: (() => void) | undefined;
  readonly isFull: boolean;
}

/** The history as the filters have it: pages from the service, and what is heard since on top. */
export function useHistory(filters: Filters): History {
  const key = searchOf(filters).toString();
  const { state } = useConnection();
  // What happened while nothing was heard is asked for.
  const changes = state === 'live' ? 'live' : 'lost';
  const first = useAsked(key, (signal) => pageOf(filters, undefined, signal), { changes });
  const [listed, setListed] = useState<{ key: string; listed: Listed } | undefined>();
  const heard = useCommands();
  const { answer } = first;
  useEffect(() => {
    if (answer !== undefined) setListed({ key, listed: answer });
  }, [answer, key]);
  useEffect(() => {
    setListed((before) => before && { ...before, listed: withHeard(before.listed, heard, filters) });
  }, [heard, filters, answer]);
  const shown = listed?.key === key ? listed.listed : undefined;
  const further = useAct();
  const more = useCallback(() => {
    const next = shown?.next;
    void further.act(async () => {
      const page = await pageOf(filters, next);
      setListed((before) => (before?.key === key ? { key, listed: withPage(before.listed, page) } : before));
    });
  }, [filters, further, key, shown?.next]);
  const isFull = (shown?.items.length ?? 0) >= maxListed;
  return useMemo(
    () => ({
      items: shown?.items,
      error: first.error ?? further.error,
      isBusy: further.isBusy,
      more: shown?.next === undefined || isFull ? undefined : more,
      isFull,
    }),
    [shown, first.error, further.error, further.isBusy, more, isFull],
  );
}

export async function pageOf(
  filters: Filters,
  cursor: string | undefined,
  signal?: AbortSignal,
  limit = pageSize,
): Promise<Listed> {
  const query = { ...filters, limit, cursor };
  const { body } = await lab.http.request<{ items: readonly CommandView[]; next?: string }>('GET', '/v1/commands', {
    query,
    signal,
  });
  return { items: body.items, next: body.next };
}
