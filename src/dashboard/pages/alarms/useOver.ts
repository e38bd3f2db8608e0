import { useState } from 'react';
import { useAct } from '../../asking/useAct.ts';
import { useAsked } from '../../asking/useAsked.ts';
import type { AlarmView, Page } from '../../../client/index.ts';
import { lab, useAlarms } from '../../live/index.ts';
import { type AlarmFilters, searchOf } from './filters.ts';

const pageSize = 50;
const maxShown = 1000;
const none: readonly Page<AlarmView>[] = [];

export interface Over {
  readonly items: readonly AlarmView[] | undefined;
  readonly error: unknown;
  readonly isBusy: boolean;
  readonly more: (() => void) | undefined;
}

/** Alarms that are over and were seen, the latest first, page by page. */
export function useOver(filters: AlarmFilters): Over {
  // Whenever one comes or goes among those that are open, the first page is asked for anew.
  const changes = useAlarms()
    .filter(({ open }) => open)
    .map(({ id }) => id)
    .join();
  const ask = (signal: AbortSignal) => pageOf(filters, undefined, signal);
  const { answer: first, error } = useAsked(searchOf(filters).toString(), ask, { changes });
  const [further, setFurther] = useState({ first, pages: none });
  const { act, error: refused, isBusy } = useAct();
  const pages = [...(first === undefined ? [] : [first]), ...(further.first === first ? further.pages : none)];
  const next = pages.at(-1)?.next;
  const more = (): void => {
    void act(async () => {
      const page = await pageOf(filters, next);
      setFurther({ first, pages: [...pages.slice(1), page] });
    });
  };
  const items = pages.flatMap((page) => page.items);
  return {
    items: first === undefined ? undefined : items,
    error: error ?? refused,
    isBusy,
    more: next === undefined || items.length >= maxShown ? undefined : more,
  };
}

async function pageOf(filters: AlarmFilters, cursor?: string, signal?: AbortSignal): Promise<Page<AlarmView>> {
  const asked = Object.fromEntries(searchOf(filters));
  const query = { ...asked, open: 'false', limit: pageSize, cursor };
  return (await lab.http.request<Page<AlarmView>>('GET', '/v1/alarms', { query, signal })).body;
}
