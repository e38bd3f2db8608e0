import { useState } from 'react';
import type { CandidateView } from '../../../client/index.ts';
import { useDevice } from '../../live/index.ts';
import { Button } from '../../permission/Button.tsx';
import { Ago } from '../../widgets/Ago.tsx';
import { SimulatedBadge } from '../../widgets/SimulatedBadge.tsx';
import { AdoptForm } from './AdoptForm.tsx';
import { Forget } from './Forget.tsx';

interface Props {
  readonly candidate: CandidateView;
  /** Something became of it. */
  readonly changed: () => void;
}

export function Candidate({ candidate, changed }: Props) {
  const { name, manufacturer, model, version, summary, state, simulated, lastSeenAt } = candidate;
  const [isOpen, setOpen] = useState(false);
  const kind = [manufacturer, model, version].filter((each) => each !== null).join(' ');
  return (
    <li className="panel candidate">
      <div className="row spread">
        <h2>{name}</h2>
        <span className="row">
          {state !== 'announced' && (
            <span className="tag warn">{state === 'gone' ? 'gone' : 'not heard of lately'}</span>
          )}
          {simulated && <SimulatedBadge />}
        </span>
      </div>
      {kind !== '' && <p>{kind}</p>}
      {summary !== null && <p>{summary}</p>}
      <p className="quiet">
        {`${candidate.dialect} on ${candidate.connection}, `}
        <code>{candidate.identity}</code>
        {', last heard of '}
        <Ago at={lastSeenAt} />
      </p>
      <Hindrance candidate={candidate} />
      <Standing candidate={candidate} changed={changed} isOpen={isOpen} setOpen={setOpen} />
      {isOpen && candidate.adopt !== null && (
        <AdoptForm candidate={candidate} adopted={changed} cancel={() => setOpen(false)} />
      )}
    </li>
  );
}

function Hindrance({ candidate: { unsupported, refusal, dismissed } }: { readonly candidate: CandidateView }) {
  return (
    <>
      {unsupported !== null && <p className="warn">{`It cannot be attached: ${unsupported}`}</p>}
      {refusal !== null && <p className="warn">{`It was not adopted: ${refusal}`}</p>}
      {dismissed && <p className="quiet">It was removed before, and rules leave it alone.</p>}
    </>
  );
}

function Standing({
  candidate,
  changed,
  isOpen,
  setOpen,
}: Props & { readonly isOpen: boolean; readonly setOpen: (isOpen: boolean) => void }) {
  const { device, adopt, name } = candidate;
  const view = useDevice(device ?? '')?.view;
  if (device !== null) {
    return (
      <div className="row">
        <span>
          {'It is '}
          <a href={`#/devices/${encodeURIComponent(device)}`}>{device}</a>
        </span>
        {view?.managedBy === 'api' ? (
          <Forget device={device} forgotten={changed} />
        ) : (
          <span className="quiet">in the configuration</span>
        )}
      </div>
    );
  }
  if (adopt === null || isOpen) return null;
  return (
    <Button type="button" className="main" aria-label={`Adopt ${name}`} onClick={() => setOpen(true)}>
      Adopt
    </Button>
  );
}
