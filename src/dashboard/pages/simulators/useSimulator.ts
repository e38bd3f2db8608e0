import { type Asked, useAsked } from '../../asking/useAsked.ts';
import { lab } from '../../live/index.ts';
import type { Detail, Entry, Report } from './views.ts';

/** How often the service is asked while somebody looks: what a simulator is like changes by itself. */
const pollMs = 1000;

export interface Seen {
  readonly detail: Detail;
  readonly faults: Report;
  readonly state: readonly Entry[];
}

export function useSimulator(id: string): Asked<Seen> {
  const path = `/v1/simulators/${encodeURIComponent(id)}`;
  return useAsked(
    path,
    async (signal) => {
      const get = async <T>(of: string): Promise<T> =>
        (await lab.http.request<T>('GET', `${path}${of}`, { signal })).body;
      const [detail, faults, state] = await Promise.all([
        get<Detail>(''),
        get<Report>('/faults'),
        get<{ items: readonly Entry[] }>('/state'),
      ]);
      return { detail, faults, state: state.items };
    },
    { everyMs: pollMs },
  );
}
