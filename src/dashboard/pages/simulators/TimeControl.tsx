import { useId } from 'react';
import { Button } from '../../permission/Button.tsx';
import { useDenied } from '../../permission/Permit.tsx';
import type { Does } from './does.ts';
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
  const denied = useDenied();
  // Whoever may not choose sees what it is, and finds nothing else there.
  const others = denied === undefined ? [0.1, 1, 10, 100] : [];
  const speeds = [...new Set([...others, speed])].sort((a, b) => a - b);
  return (
    <div className="row">
      <Button type="button" onClick={() => void does('PATCH', 'time', { paused: !paused })}>
        {paused ? 'Go on' : 'Pause'}
      </Button>
      <label htmlFor={id}>Speed</label>
      <select
        id={id}
        value={speed}
        aria-disabled={denied !== undefined}
        aria-describedby={denied?.textId}
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
