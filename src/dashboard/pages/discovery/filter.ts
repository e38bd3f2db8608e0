import type { CandidateView } from '../../../client/index.ts';

/** Whether a candidate has all the words that were typed, somewhere in what it says of itself. */
export function mentions(candidate: CandidateView, text: string): boolean {
  const { name, identity, manufacturer, model, dialect, connection, summary, device } = candidate;
  const said = [name, identity, manufacturer, model, dialect, connection, summary, device].join(' ').toLowerCase();
  return text
    .toLowerCase()
    .split(/\s+/)
    .every((word) => said.includes(word));
}
