import type { Http } from '../http/http.ts';
import type { BucketsView, SamplesView } from '../types.ts';
import { devicePath, segment } from './path.ts';
import type { BucketOptions, HistoryOptions } from './shape.ts';

const pathOf = (device: string, name: string): string => `${devicePath(device)}/history/${segment(name, 'property')}`;

/** RFC 3339. */
const timeOf = (time: Date | string | undefined): string | undefined =>
  time instanceof Date ? time.toISOString() : time;

export async function samplesOf(
  http: Http,
  device: string,
  name: string,
  { from, to, limit, cursor, signal }: HistoryOptions,
): Promise<SamplesView> {
  const query = { from: timeOf(from), to: timeOf(to), limit, cursor };
  return (await http.request<SamplesView>('GET', pathOf(device, name), { query, signal })).body;
}

export async function bucketsOf(
  http: Http,
  device: string,
  name: string,
  { from, to, points, signal }: BucketOptions,
): Promise<BucketsView> {
  const query = { from: timeOf(from), to: timeOf(to), points };
  return (await http.request<BucketsView>('GET', pathOf(device, name), { query, signal })).body;
}
