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

/** By a factor below 1 it shows less; `at` stays where it is. */
export function zoomed({ from, to }: Span, factor: number, at = (from + to) / 2): Range {
  const ms = Math.min(longest, Math.max(shortest, (to - from) * factor));
  const share = (at - from) / Math.max(1, to - from);
  const start = Math.max(0, at - share * ms);
  return { kind: 'span', from: start, to: start + ms };
}

/** By a share of what is seen, to the left if it is negative. */
export function moved({ from, to }: Span, share: number): Range {
  const ms = (to - from) * share;
  const start = Math.max(0, from + ms);
  return { kind: 'span', from: start, to: start + (to - from) };
}

/** At least a second, however little was drawn over. */
export function between(one: number, other: number): Range {
  const from = Math.min(one, other);
  return { kind: 'span', from, to: Math.max(one, other, from + shortest) };
}
