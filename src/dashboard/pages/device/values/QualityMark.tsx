import type { Quality } from '../../../../client/index.ts';
import { DeviceText } from '../DeviceText.tsx';

const words: Readonly<Record<Quality, string>> = { good: 'good', stale: 'stale', bad: 'bad' };
const icons: Readonly<Record<Quality, string>> = { good: '●', stale: '◔', bad: '▲' };

/** Whether a value can be relied on, and why not; in words and by its shape, not by colour alone. */
export function QualityMark({ quality, error }: { readonly quality: Quality; readonly error: string | undefined }) {
  return (
    <span className={`quality-mark ${quality}`}>
      <span aria-hidden="true">{icons[quality]}</span> {words[quality]}
      {quality !== 'good' && error !== undefined && (
        <>
          : <DeviceText>{error}</DeviceText>
        </>
      )}
    </span>
  );
}
