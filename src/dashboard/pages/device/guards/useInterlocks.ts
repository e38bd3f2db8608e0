import { useState } from 'react';
import { deviceAt } from '../data/paths.ts';
import { lab } from '../data/shared.ts';
import { type Loaded, useLoaded } from '../data/useLoaded.ts';
import type { InterlockView } from './interlock.ts';

/** How the conditions stand is judged when somebody asks; so it is asked, while somebody looks. */
export function useInterlocks(id: string): Loaded<readonly InterlockView[]> {
  const [guarded, setGuarded] = useState(true);
  const load = async (signal: AbortSignal): Promise<readonly InterlockView[]> => {
    const path = `${deviceAt(id)}/interlocks`;
    const { body } = await lab.http.request<{ readonly items: readonly InterlockView[] }>('GET', path, { signal });
    setGuarded(body.items.length > 0);
    return body.items;
  };
  return useLoaded(`interlocks of ${id}`, load, { everyMs: guarded ? 1500 : 30_000 });
}
