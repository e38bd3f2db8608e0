import { formatted } from './format.ts';
import { Quality } from './Quality.tsx';

interface Props {
  readonly value: unknown;
  readonly unit?: string | null;
  readonly quality?: 'good' | 'stale' | 'bad';
  readonly error?: string | undefined;
}

/** A value with its unit, and with a mark if it cannot be relied on. */
export function Value({ value, unit = null, quality = 'good', error }: Props) {
  return (
    <span className={`value ${quality}`}>
      <bdi className="number">{formatted(value)}</bdi>
      {unit !== null && value !== null && value !== undefined && <span className="unit">{unit}</span>}
      <Quality quality={quality} error={error} known={value !== null && value !== undefined} />
    </span>
  );
}
