import type { BucketsView, SamplesView } from '../../../../client/index.ts';
import { deviceAt } from '../data/paths.ts';
import { lab } from '../data/shared.ts';
import type { Span } from './range.ts';
import { fromBuckets, fromSamples, heldMs, type Series } from './series.ts';

/** As many values as the service tells on a page; more of them are summed up. */
const maxValues = 500;
const maxBuckets = 400;

/** Values as they were if they are few, else minimum, mean and maximum of stretches of equal length. */
export async function loadHistory(
  device: string,
  property: string,
  { from, to }: Span,
  isNumber: boolean,
  signal: AbortSignal,
): Promise<Series> {
  const path = `${deviceAt(device)}/history/${encodeURIComponent(property)}`;
  // What it was when the span began was told before that.
  const query = { from: instant(from - heldMs), to: instant(to), limit: maxValues };
  const { body } = await lab.http.request<SamplesView>('GET', path, { query, signal });
  if (body.next === undefined || !isNumber) {
    return { ...fromSamples(body.items, body.next !== undefined), simulated: body.simulated };
  }
  const summed = { from: instant(from), to: instant(to), points: maxBuckets };
  const answer = await lab.http.request<BucketsView>('GET', path, { query: summed, signal });
  return { ...fromBuckets(answer.body.buckets, (to - from) / maxBuckets), simulated: answer.body.simulated };
}

function instant(ms: number): string {
  return new Date(Math.max(0, ms)).toISOString();
}
