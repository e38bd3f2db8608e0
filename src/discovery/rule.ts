import type { Restrictions } from '../device/settings.ts';
import type { KnownCandidate } from './candidate.ts';
import { globMatcher } from '../expression/glob.ts';

const matched = ['dialect', 'name', 'manufacturer', 'model', 'identity'] as const;

/** Globs, all of which must match; one that is absent matches anything. */
export type Match = { readonly [K in (typeof matched)[number]]?: string };

/** Which candidates are adopted without anybody asking, and as what. */
export interface AdoptionRule {
  readonly match: Match;
  readonly labels?: Readonly<Record<string, string>>;
  /** Stands before the name in the device's id. */
  readonly idPrefix?: string;
  /** For the driver, beside what the candidate knows. */
  readonly options?: Readonly<Record<string, unknown>>;
  readonly limits?: Restrictions['limits'];
  readonly deny?: Restrictions['deny'];
}

/** The first rule that a candidate matches. */
export type FindRule = (candidate: KnownCandidate) => AdoptionRule | undefined;

export function ruleFinder(rules: readonly AdoptionRule[]): FindRule {
  const compiled = rules.map((rule) => ({ rule, matches: matcher(rule.match) }));
  return (candidate) => compiled.find(({ matches }) => matches(candidate))?.rule;
}

function matcher(match: Match): (candidate: KnownCandidate) => boolean {
  const tests = matched.flatMap((key) => {
    const glob = match[key];
    if (glob === undefined) return [];
    const matches = globMatcher(glob);
    return [(candidate: KnownCandidate) => matches(candidate[key] ?? '')];
  });
  return (candidate) => tests.every((test) => test(candidate));
}
