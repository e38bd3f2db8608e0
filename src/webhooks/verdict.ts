import type { Posted } from './post.ts';

/** What an answer means for a delivery. `refused`: it is this event that the receiver does not take. */
export type Verdict = 'delivered' | 'retry' | 'refused' | 'gone';

/** Standard Webhooks 1.0.0, "Best practices for sending webhooks": 2xx is success, 410 means to stop; RFC 9110 §15. */
export function verdictOf({ status }: Posted): Verdict {
  if (status >= 200 && status < 300) return 'delivered';
  if (status === 410) return 'gone';
  return [400, 413, 415, 422].includes(status) ? 'refused' : 'retry';
}

const firstMs = 1000;
const capMs = 5 * 60_000;
/** A receiver may ask for more patience than that, but not for any. */
const longestMs = 3_600_000;

/** How long to wait before the next attempt, after `failures` in a row; `random` is in [0, 1). */
export function pauseMs(failures: number, random: number): number {
  const full = Math.min(capMs, firstMs * 2 ** Math.min(failures - 1, 30));
  return full / 2 + (full / 2) * random;
}

/** RFC 9110 §10.2.3: seconds, or a date; undefined for what is neither. `now`: wall clock, ms. */
export function retryAfterMs(text: string | undefined, now: number): number | undefined {
  if (text === undefined) return undefined;
  const ms = /^\d{1,9}$/.test(text) ? Number(text) * 1000 : Date.parse(text) - now;
  return Number.isNaN(ms) ? undefined : Math.min(longestMs, Math.max(0, ms));
}
