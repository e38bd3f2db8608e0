import type { DeviceView } from '../../client/index.ts';

type State = DeviceView['state'];

const tones: Readonly<Record<State, 'ok' | 'warn' | 'bad' | 'dim'>> = {
  ready: 'ok',
  connecting: 'warn',
  quarantined: 'warn',
  recovering: 'warn',
  offline: 'bad',
  disabled: 'dim',
};

/** A device's state, in words and with a shape: colour says nothing that they do not. */
export function StateBadge({ state, detail }: { readonly state: State; readonly detail?: string | undefined }) {
  return (
    <span className={`badge state ${tones[state]}`} title={detail}>
      <i aria-hidden="true" />
      {state}
    </span>
  );
}
