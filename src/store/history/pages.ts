import { BellcrankError } from '../../errors.ts';
import type { HistoryQuery, Sample } from '../store.ts';
import type { Place, StoredSample } from './work.ts';

/** What a page's `next` looks like: the place of its last sample. */
export function textOf({ at, n }: Place): string {
  return `${at}.${n}`;
}

export function placeOf(text: string): Place {
  const [, at, n] = /^(\d{1,15})\.(\d{1,9})$/.exec(text) ?? [];
  if (at !== undefined && n !== undefined) return { at: Number(at), n: Number(n) };
  const detail = 'is not the `next` of a page of samples';
  throw new BellcrankError('invalid-request', `the cursor ${detail}`, { errors: [{ pointer: '/cursor', detail }] });
}

export function sampleOf({ device, property }: HistoryQuery, { at, number, json }: StoredSample): Sample {
  return { device, property, at, value: json === null ? number : (JSON.parse(json) as unknown) };
}
