import { useEffect, useMemo, useState } from 'react';
import { useAct } from '../../asking/useAct.ts';
import { useAsked } from '../../asking/useAsked.ts';
import type { CommandView } from '../../../client/index.ts';
import { lab, useCommands, useConnection } from '../../live/index.ts';
import type { Filters } from './filters.ts';
import { searchOf } from './filters.ts';
import { type Listed, maxListed, withHeard, withPage } from './listed.ts';

const pageSize = 100;
/** Of what is heard so many are kept. */
const maxHeard = 200;

export interface History {
  /** Undefined until the service has answered. */
  readonly items: readonly CommandView[] | undefined;
  readonly error: unknown;
  readonly isBusy: boolean;
  /** Shows the next page, too; undefined where there is none, or no more are shown. */
  readonly more: (() => void) | undefined;
  readonly isFull: boolean;
}

const none: readonly Listed[] = [];

interface Further {
  /** The first page, which these follow. */
  readonly first: Listed | undefined;
  readonly pages: readonly Listed[];
}

/** The history as the filters have it: pages from the service, and what is heard since on top. */
export function useHistory(filters: Filters): History {
  const { state } = useConnection();
  // What happened while nothing was heard is asked for.
  const changes = state === 'live' ? 'live' : 'lost';
  const ask = (signal: AbortSignal) => pageOf(filters, undefined, signal);
  const { answer: first, error, again } = useAsked(searchOf(filters).toString(), ask, { changes });
  const [further, setFurther] = useState<Further>({ first, pages: [] });
  const heard = useCommands();
  useGap(first, heard, again);
  const { act, isBusy, error: refused } = useAct();
  const pages = further.first === first ? further.pages : none;
  const listed = useMemo(() => {
    const known = pages.reduce<Listed | undefined>((sum, page) => sum && withPage(sum, page), first);
    return known && withHeard(known, heard, filters);
  }, [first, pages, heard, filters]);
  const next = listed?.next;
  const isFull = (listed?.items.length ?? 0) >= maxListed;
  const more = (): void => {
    void act(async () => {
      const page = await pageOf(filters, next);
      setFurther({ first, pages: [...pages, page] });
    });
  };
  return {
    items: listed?.items,
    error: error ?? refused,
    isBusy,
    more: next === undefined || isFull ? undefined : more,
    isFull,
  };
}

/** More came at once than is kept of what is heard: what lies between is asked for. */
function useGap(first: Listed | undefined, heard: readonly CommandView[], again: () => void): void {
  const newest = first?.items[0]?.id;
  const oldest = heard.at(-1)?.id;
  const isGap = heard.length >= maxHeard && newest !== undefined && oldest !== undefined && newest < oldest;
  useEffect(() => {
    if (isGap) again();
  }, [isGap, again]);
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
