/** What is looked at: the time that leads up to now, or a stretch of it that stands still. */
export type Range =
  | { readonly kind: 'last'; readonly ms: number }
  | { readonly kind: 'span'; readonly from: number; readonly to: number };

export interface Span {
  readonly from: number;
  readonly to: number;
}

const shortest = 1000;
/** A hundred years: no history is longer. */
const longest = 100 * 365 * 86_400_000;

export const choices: readonly (readonly [string, number])[] = [
  ['5 min', 300_000],
  ['1 h', 3_600_000],
  ['6 h', 21_600_000],
  ['24 h', 86_400_000],
  ['7 days', 604_800_000],
];

export function spanOf(range: Range, now: number): Span {
  return range.kind === 'span' ? range : { from: now - range.ms, to: now };
}

/** By a factor below 1 it shows less; `at` stays where it is, or the end of what leads up to now. */
export function zoomed(range: Range, now: number, factor: number, at?: number): Range {
  const { from, to } = spanOf(range, now);
  const ms = Math.min(longest, Math.max(shortest, (to - from) * factor));
  if (at === undefined && range.kind === 'last') return { kind: 'last', ms };
  const middle = at ?? (from + to) / 2;
  return beginning(middle - ((middle - from) / Math.max(1, to - from)) * ms, ms, now);
}

/** By a share of what is seen, to the left if it is negative. */
export function moved(range: Range, now: number, share: number): Range {
  const { from, to } = spanOf(range, now);
  return beginning(from + (to - from) * share, to - from, now);
}

/** The future has nothing to show: there it leads up to now, and goes on with it. */
function beginning(at: number, ms: number, now: number): Range {
  const from = Math.max(0, at);
  return from + ms >= now ? { kind: 'last', ms } : { kind: 'span', from, to: from + ms };
}

/** At least a second, however little was drawn over. */
export function between(one: number, other: number): Range {
  const from = Math.min(one, other);
  return { kind: 'span', from, to: Math.max(one, other, from + shortest) };
}
