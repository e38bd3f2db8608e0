import { DeviceText } from '../DeviceText.tsx';

/** How far a long command is: a bar where it tells a share, and what it says in any case. */
export function Progress({ progress }: { readonly progress: unknown }) {
  if (typeof progress !== 'object' || progress === null) return null;
  const entries = Object.entries(progress).slice(0, 8);
  const share = shareOf(Object.fromEntries(entries));
  return (
    <div className="progress">
      {share === undefined ? (
        <progress aria-label="Progress" />
      ) : (
        <progress aria-label="Progress" value={share} max={1} />
      )}
      <span>
        {entries.map(([key, value]) => (
          <span key={key} className="pair">
            <DeviceText>{`${key} ${String(value)}`}</DeviceText>
          </span>
        ))}
      </span>
    </div>
  );
}

function shareOf(progress: Readonly<Record<string, unknown>>): number | undefined {
  const { percent, fraction, done, total } = progress;
  if (typeof percent === 'number') return clamp(percent / 100);
  if (typeof fraction === 'number') return clamp(fraction);
  if (typeof done === 'number' && typeof total === 'number' && total > 0) return clamp(done / total);
  return undefined;
}

function clamp(share: number): number {
  return Math.min(1, Math.max(0, share));
}
