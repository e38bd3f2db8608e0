import { Button } from '../../permission/Button.tsx';
import type { Does } from './does.ts';

const labels = new Map([
  ['unplug', 'Unplug'],
  ['plug', 'Plug in'],
]);

/** What somebody who stands beside the device could do. */
export function Buttons({ names, does }: { readonly names: readonly string[]; readonly does: Does }) {
  if (names.length === 0) return <p className="quiet">There is nothing to press.</p>;
  return (
    <div className="row">
      {names.map((button) => (
        <Button key={button} type="button" onClick={() => void does('POST', 'press', { button })}>
          {labels.get(button) ?? button}
        </Button>
      ))}
    </div>
  );
}
