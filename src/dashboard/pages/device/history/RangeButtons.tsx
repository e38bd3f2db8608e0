import { choices, moved, type Range, zoomed } from './range.ts';

interface Props {
  readonly range: Range;
  readonly now: number;
  readonly onRange: (range: Range) => void;
  readonly onFollow: () => void;
}

/** Which time is looked at. */
export function RangeButtons({ range, now, onRange, onFollow }: Props) {
  const isFollowing = range.kind === 'last';
  return (
    <div className="range">
      <div className="segments" role="group" aria-label="The last">
        {choices.map(([name, ms]) => (
          <button
            key={name}
            type="button"
            className="quiet"
            aria-pressed={isFollowing && range.ms === ms}
            onClick={() => onRange({ kind: 'last', ms })}
          >
            {name}
          </button>
        ))}
      </div>
      <div className="segments" role="group" aria-label="Look elsewhere">
        <button type="button" className="quiet" aria-label="Earlier" onClick={() => onRange(moved(range, now, -0.5))}>
          ←
        </button>
        <button type="button" className="quiet" aria-label="Zoom in" onClick={() => onRange(zoomed(range, now, 0.5))}>
          +
        </button>
        <button type="button" className="quiet" aria-label="Zoom out" onClick={() => onRange(zoomed(range, now, 2))}>
          −
        </button>
        <button type="button" className="quiet" aria-label="Later" onClick={() => onRange(moved(range, now, 0.5))}>
          →
        </button>
        <button type="button" className="quiet" aria-pressed={isFollowing} onClick={onFollow}>
          Follow
        </button>
      </div>
    </div>
  );
}
