import { useState } from 'react';
import { messageOf } from '../data/message.ts';
import { isUnderWay } from './submission.ts';
import { Outcome } from './Outcome.tsx';
import { wordsFor, wordsForProblem } from './outcome-words.ts';
import { Progress } from './Progress.tsx';
import { Result } from './Result.tsx';
import type { Sending } from './useSubmission.ts';

interface Props {
  readonly sending: Sending;
  readonly abortable: boolean;
  readonly onReadBack: () => void;
}

/** From the press of the button to the outcome, as it happens. */
export function Follow({ sending, abortable, onReadBack }: Props) {
  const { submission, askAgain, forget } = sending;
  switch (submission.phase) {
    case 'none':
      return null;
    case 'asking':
      return <Outcome words={{ tone: 'busy', title: 'Asking', text: 'The service has not answered yet.' }} />;
    case 'turned-away':
      return <Outcome words={wordsForProblem(submission.problem)} />;
    case 'lost':
      return <Lost askAgain={askAgain} forget={forget} />;
    case 'followed':
      break;
  }
  return <Followed sending={sending} abortable={abortable} onReadBack={onReadBack} />;
}

function Followed({ sending, abortable, onReadBack }: Props) {
  const { submission, cancel } = sending;
  const [refusal, setRefusal] = useState('');
  if (submission.phase !== 'followed') return null;
  const { command } = submission;
  const words = wordsFor(command);
  const stop = async (): Promise<void> => {
    try {
      setRefusal('');
      await cancel();
    } catch (error) {
      setRefusal(`It was not cancelled: ${messageOf(error)}.`);
    }
  };
  const mayCancel = command.state === 'queued' || (command.state === 'sent' && abortable);
  return (
    <>
      <Outcome words={words} />
      {isUnderWay(command) && <Progress progress={command.progress} />}
      {mayCancel && (
        <button type="button" className="quiet" onClick={() => void stop()}>
          Cancel it
        </button>
      )}
      {refusal !== '' && <p className="wrong">{refusal}</p>}
      {words.tone === 'ok' && <Result result={command.result} evidence={command.evidence} />}
      {words.tone === 'unknown' && (
        <button type="button" className="quiet" onClick={onReadBack}>
          Read everything back
        </button>
      )}
    </>
  );
}

/** The one case in which the page knows less than the service: the key finds out, and never sends twice. */
function Lost({ askAgain, forget }: { readonly askAgain: () => void; readonly forget: () => void }) {
  const words = {
    tone: 'unknown',
    title: 'No answer',
    text: 'The service did not answer, so it is not known here whether it took the command.',
    advice:
      'Look below at “Recent commands” once the connection is back. Or ask again: what was taken is not sent a second time, and what was not is sent then.',
  } as const;
  return (
    <>
      <Outcome words={words} />
      <button type="button" className="quiet" onClick={askAgain}>
        Ask again, send at most once
      </button>{' '}
      <button type="button" className="quiet" onClick={forget}>
        Leave it
      </button>
    </>
  );
}
