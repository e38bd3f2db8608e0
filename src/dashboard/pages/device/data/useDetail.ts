import type { DeviceDetailView } from '../../../../client/index.ts';
import { deviceAt } from './paths.ts';
import { lab, type LiveDevice } from './shared.ts';
import { type Loaded, useLoaded } from './useLoaded.ts';

/**
 * What a device can do and how it is set up; asked for anew whenever the stream tells of the device itself: a model may have
 * other limits or commands under the same name, and be attached anew before anybody has looked.
 */
export function useDetail(id: string, live: LiveDevice | undefined): Loaded<DeviceDetailView> {
  const load = async (signal: AbortSignal): Promise<DeviceDetailView> =>
    (await lab.http.request<DeviceDetailView>('GET', deviceAt(id), { signal })).body;
  return useLoaded(id, load, { version: live?.view });
}
