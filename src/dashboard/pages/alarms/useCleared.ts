import { useState } from 'react';
import { useAct } from '../../asking/useAct.ts';
import { useAsked } from '../../asking/useAsked.ts';
import type { AlarmView, Page } from '../../../client/index.ts';
import { lab, useAlarms } from '../../live/index.ts';

const pageSize = 50;
const maxShown = 1000;

export interface Cleared {
  readonly items: readonly AlarmView[] | undefined;
  readonly error: unknown;
  readonly isBusy: boolean;
  readonly more: (() => void) | undefined;
}

/** Alarms that are over, the latest first; of one device, or of all. */
export function useCleared(device: string): Cleared {
  // Whenever one ends, or one that is there is another one, the first page is asked for anew.
  const now = useAlarms()
    .filter(({ state }) => state !== 'cleared')
    .map(({ id }) => id)
    .join();
  const first = useAsked(device, (signal) => pageOf(device, undefined, signal), { changes: now });
  const [further, setFurther] = useState<{ device: string; pages: readonly Page<AlarmView>[] }>({ device, pages: [] });
  const { act, error, isBusy } = useAct();
  const top = first.answer;
  const pages = [...(top === undefined ? [] : [top]), ...(further.device === device ? further.pages : [])];
  const next = pages.at(-1)?.next;
  const more = (): void => {
    void act(async () => {
      const page = await pageOf(device, next);
      setFurther((before) => ({ device, pages: [...(before.device === device ? before.pages : []), page] }));
    });
  };
  const items = new Map(pages.flatMap((page) => page.items).map((alarm) => [alarm.id, alarm]));
  return {
    items: top === undefined ? undefined : [...items.values()],
    error: first.error ?? error,
    isBusy,
    more: next === undefined || items.size >= maxShown ? undefined : more,
  };
}

async function pageOf(device: string, cursor?: string, signal?: AbortSignal): Promise<Page<AlarmView>> {
  const query = { state: 'cleared', limit: pageSize, cursor, device: device === '' ? undefined : device };
  return (await lab.http.request<Page<AlarmView>>('GET', '/v1/alarms', { query, signal })).body;
}
