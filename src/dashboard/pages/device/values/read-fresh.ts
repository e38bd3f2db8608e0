import type { DeviceDetailView } from '../../../../client/index.ts';
import { deviceAt } from '../data/paths.ts';
import { lab } from '../data/shared.ts';

/** What comes back is in the stream as well, which is where it is shown from. */
export async function readFresh(device: string, property: string): Promise<void> {
  const path = `${deviceAt(device)}/properties/${encodeURIComponent(property)}`;
  await lab.http.request('GET', path, { query: { maxAgeMs: 0 } });
}

/** One after the other: the line is asked no more than it would be by hand. What cannot be read says so by its quality. */
export async function readAll({ id, properties }: DeviceDetailView): Promise<void> {
  for (const [name, { access }] of Object.entries(properties)) {
    if (access !== 'write') await readFresh(id, name).catch(() => undefined);
  }
}
