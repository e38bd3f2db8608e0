const units = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1000],
] as const;

/** How long ago something was, as people say it. The clocks of two machines differ: what lies ahead is now. */
export function ago(at: string | null | undefined, now: number): string {
  if (at === null || at === undefined) return 'never';
  const ms = now - Date.parse(at);
  const [unit, size] = units.find(([, each]) => ms >= each) ?? ['s', 1000];
  return ms < 1000 ? 'now' : `${Math.floor(ms / size)} ${unit} ago`;
}

/** RFC 3339 without what is the same everywhere, in UTC. */
export function clockTime(at: string): string {
  return at
    .replace('T', ' ')
    .replace(/\.(\d{3})\d*Z$/, '.$1')
    .replace(/Z$/, '');
}
