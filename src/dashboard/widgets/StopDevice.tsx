import { useState } from 'react';
import { askStop, type StopAnswer } from '../boot/stop-request.ts';
import { wordsOf } from '../boot/stop-words.ts';
import { missingThere } from '../permission/missing.ts';
import { Permit } from '../permission/Permit.tsx';
import type { AllowedThere } from '../permission/useMe.ts';
import { cut } from './format.ts';

interface Props {
  readonly id: string;
  /** As the device's view says. */
  readonly stopped: boolean;
  readonly allowed: AllowedThere | undefined;
}

interface Told {
  readonly tone: string;
  readonly text: string;
}

/** Stop for one device, what was confirmed, and its release. */
export function StopDevice({ id, stopped, allowed }: Props) {
  const [told, tell] = useState<Told>();
  const [asking, ask] = useState(false);
  const send = async (method: 'POST' | 'DELETE'): Promise<void> => {
    ask(false);
    tell({ tone: 'busy', text: method === 'POST' ? `Stopping ${id} …` : 'Releasing …' });
    tell(inWords(method, await askStop({ method, device: id })));
  };
  return (
    <div className="stop-device">
      <Permit missing={missingThere(allowed, 'stop')}>
        <button type="button" className="stop" onClick={() => void send('POST')}>
          Stop {id}
        </button>
      </Permit>
      {stopped && !asking && (
        <Permit missing={missingThere(allowed, 'command')}>
          <button type="button" onClick={() => ask(true)}>
            Release …
          </button>
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

function inWords(method: 'POST' | 'DELETE', answer: StopAnswer): Told {
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
