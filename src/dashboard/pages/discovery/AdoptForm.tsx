import { useState } from 'react';
import { Trouble } from '../../asking/Trouble.tsx';
import { besides, errorsAt } from '../../asking/reason.ts';
import { useAct } from '../../asking/useAct.ts';
import type { CandidateView } from '../../../client/index.ts';
import { lab } from '../../live/index.ts';
import { Button } from '../../permission/Button.tsx';
import { IdField, LabelsField } from './fields.tsx';
import { labelsIn } from './labels.ts';
import { Options } from './Options.tsx';

interface Props {
  readonly candidate: CandidateView;
  readonly adopted: () => void;
  readonly cancel: () => void;
}

/** What becomes of a candidate: its id, its labels, and what it does not know of itself. */
export function AdoptForm({ candidate, adopted, cancel }: Props) {
  const { act, isBusy, error } = useAct();
  const [id, setId] = useState('');
  const [labels, setLabels] = useState('');
  const known = Object.keys(Object(candidate.options));
  const adopt = async (options: unknown): Promise<void> => {
    const done = await act(async () => {
      const body = {
        candidate: candidate.id,
        ...(id === '' ? {} : { id }),
        ...(labels === '' ? {} : { labels: labelsIn(labels) }),
        ...(options === undefined ? {} : { options }),
      };
      await lab.http.request('POST', '/v1/devices', { body });
    });
    if (done) adopted();
  };
  return (
    <div className="adopt" role="group" aria-label={`Adopt ${candidate.name}`}>
      <IdField
        value={id}
        onChange={setId}
        error={errorsAt(error, '/id')}
        hint="Made of its name, if you leave it out."
      />
      <LabelsField value={labels} onChange={setLabels} error={errorsAt(error, '/labels')} />
      <Options driver={candidate.dialect} known={known} onSubmit={(options) => void adopt(options)}>
        <Trouble error={besides(error, ['/id', '/labels'])} />
        <div className="row">
          <Button type="submit" className="main" disabled={isBusy}>
            Adopt
          </Button>
          <button type="button" disabled={isBusy} onClick={cancel}>
            Cancel
          </button>
        </div>
      </Options>
    </div>
  );
}
