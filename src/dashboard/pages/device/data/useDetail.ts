import type { DeviceDetailView } from '../../../../client/index.ts';
import { deviceAt } from './paths.ts';
import { lab, type LiveDevice } from './shared.ts';
import { type Loaded, useLoaded } from './useLoaded.ts';

/** What a device can do and how it is set up; asked for anew when its state, labels or model change. */
export function useDetail(id: string, live: LiveDevice | undefined): Loaded<DeviceDetailView> {
  const load = async (signal: AbortSignal): Promise<DeviceDetailView> =>
    (await lab.http.request<DeviceDetailView>('GET', deviceAt(id), { signal })).body;
  return useLoaded(id, load, { version: JSON.stringify(changing(live)) });
}

/** `lastSeenAt` changes all the time, and nothing with it. */
function changing(live: LiveDevice | undefined): unknown {
  if (live === undefined) return undefined;
  const { state, detail, model, labels, stopped, adopted } = live.view;
  return [state, detail, model, labels, stopped, adopted, live.properties.size];
}
