import { useState } from 'react';
import { askStop, type StopAnswer } from '../boot/stop-request.ts';
import { wordsOf } from '../boot/stop-words.ts';
import { Button } from '../permission/Button.tsx';
import { missingThere } from '../permission/missing.ts';
import { Permit, useDenied } from '../permission/Permit.tsx';
import type { AllowedThere } from '../permission/useMe.ts';
import { cut } from './format.ts';

interface Props {
  readonly id: string;
  /** As the device's view says. */
  readonly stopped: boolean;
  readonly state: string;
  readonly allowed: AllowedThere | undefined;
}

interface Told {
  readonly method: 'POST' | 'DELETE';
  readonly tone: string;
  readonly text: string;
}

/** Stop for one device, what was confirmed, and its release. */
export function StopDevice({ id, stopped, state, allowed }: Props) {
  const [told, tell] = useState<Told>();
  const [asking, ask] = useState(false);
  const [was, see] = useState({ stopped, state });
  if (was.stopped !== stopped || was.state !== state) {
    see({ stopped, state });
    if (told !== undefined && isOver(told, was.stopped !== stopped, { stopped, state })) tell(undefined);
  }
  const send = async (method: Told['method']): Promise<void> => {
    ask(false);
    tell({ method, tone: 'busy', text: method === 'POST' ? `Stopping ${id} …` : 'Releasing …' });
    tell({ method, ...inWords(method, await askStop({ method, device: id })) });
  };
  return (
    <div className="stop-device">
      <Permit missing={missingThere(allowed, 'stop')}>
        <Stop id={id} stop={() => void send('POST')} />
      </Permit>
      {stopped && !asking && (
        <Permit missing={missingThere(allowed, 'command', 'release-stop')}>
          <Button type="button" onClick={() => ask(true)}>
            Release …
          </Button>
        </Permit>
      )}
      {asking && (
        <span className="confirm">
          {id} takes commands again.
          <button type="button" onClick={() => ask(false)}>
            Keep stopped
          </button>
          <button type="button" onClick={() => void send('DELETE')}>
            Release {id}
          </button>
        </span>
      )}
      <p role="status" className={told?.tone}>
        {told?.text}
      </p>
    </div>
  );
}

/** What was said of a stop goes with it, and what was said of its release with that; a device that is back has been told since. */
function isOver(
  { method, tone }: Told,
  isOther: boolean,
  { stopped, state }: Pick<Props, 'stopped' | 'state'>,
): boolean {
  if (tone === 'busy') return false;
  return isOther ? method === (stopped ? 'DELETE' : 'POST') : tone === 'not' && state === 'ready';
}

/** Never out of reach: what the page knows of scopes may be old, and who presses it is told what the service says. */
function Stop({ id, stop }: { readonly id: string; readonly stop: () => void }) {
  const denied = useDenied();
  return (
    <button
      type="button"
      className={denied === undefined ? 'stop' : 'stop denied'}
      aria-describedby={denied?.textId}
      title={denied && `Needs ${denied.missing}`}
      onClick={stop}
    >
      Stop {id}
    </button>
  );
}

function inWords(method: Told['method'], answer: StopAnswer): Omit<Told, 'method'> {
  const isStop = method === 'POST';
  if (answer.kind === 'refused') {
    const what = isStop ? 'Nothing was stopped' : 'Not released';
    return { tone: 'bad', text: `${what}: ${cut(answer.detail, 300)}` };
  }
  if (answer.kind === 'lost') {
    const next = isStop ? 'Send it again, or use the device’s own emergency stop.' : 'Take the device to be live.';
    return { tone: 'unsure', text: `There was no answer: it is not known whether the request arrived. ${next}` };
  }
  const [device] = answer.devices;
  if (!isStop || device === undefined) return { tone: 'calm', text: 'Released.' };
  const { certainty, text } = wordsOf(device);
  return { tone: certainty, text };
}
