import { useNow } from './now.ts';

/** How long ago something was, as it goes on; the moment itself when it is pointed at. `at`: RFC 3339, or wall clock in ms. */
export function Ago({ at }: { readonly at: string | number | null | undefined }) {
  const now = useNow();
  if (at === null || at === undefined) return <span className="ago">never</span>;
  const date = new Date(at);
  return (
    <time className="ago" dateTime={date.toISOString()} title={date.toLocaleString()}>
      {ago(now - date.getTime())}
    </time>
  );
}

const steps = [
  [60_000, 1000, 's'],
  [3_600_000, 60_000, 'min'],
  [86_400_000, 3_600_000, 'h'],
  [Number.POSITIVE_INFINITY, 86_400_000, 'd'],
] as const;

/** Short, and no longer than it has to be: `now`, `12 s ago`, `3 min ago`. */
export function ago(ms: number): string {
  if (ms < 1500) return 'now';
  const [, size, unit] = steps.find(([limit]) => ms < limit) ?? steps[3];
  return `${Math.floor(ms / size)} ${unit} ago`;
}
