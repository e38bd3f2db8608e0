import { useId } from 'react';
import type { Does } from './Panel.tsx';
import type { Time } from './views.ts';

/** A simulator's own clock: it can be hurried, slowed down and stopped. */
export function TimeControl({
  time: { speed, paused, elapsedMs },
  does,
}: {
  readonly time: Time;
  readonly does: Does;
}) {
  const id = useId();
  const speeds = [...new Set([0.1, 1, 10, 100, speed])].sort((a, b) => a - b);
  return (
    <div className="row">
      <button type="button" onClick={() => void does('PATCH', 'time', { paused: !paused })}>
        {paused ? 'Go on' : 'Pause'}
      </button>
      <label htmlFor={id}>Speed</label>
      <select
        id={id}
        value={speed}
        onChange={(event) => void does('PATCH', 'time', { speed: Number(event.currentTarget.value) })}
      >
        {speeds.map((each) => (
          <option key={each} value={each}>
            {`${each}×`}
          </option>
        ))}
      </select>
      <span className="quiet number" role="timer">
        {paused ? 'Its time stands still.' : `Its clock: ${(elapsedMs / 1000).toFixed(0)} s`}
      </span>
    </div>
  );
}
