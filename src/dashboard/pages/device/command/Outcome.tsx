import { DeviceText } from '../DeviceText.tsx';
import type { Words } from './outcome-words.ts';

const icons: Readonly<Record<Words['tone'], string>> = {
  busy: '⋯',
  ok: '✓',
  refused: '⊘',
  failed: '✕',
  'not-sent': '–',
  unknown: '?',
};

/** What became of it, in words. The region that tells it to screen readers stands around it and does not go away. */
export function Outcome({ words }: { readonly words: Words }) {
  const { tone, title, text, device, advice } = words;
  return (
    <div className={`outcome ${tone}`} data-outcome={tone}>
      <span className="icon" aria-hidden="true">
        {icons[tone]}
      </span>
      <div>
        <strong>{title}</strong>
        <p>
          <DeviceText>{text}</DeviceText>
        </p>
        {device !== undefined && (
          <p>
            In the device’s own words: <q>{<DeviceText>{device}</DeviceText>}</q>
          </p>
        )}
        {advice !== undefined && <p className="advice">{advice}</p>}
      </div>
    </div>
  );
}
