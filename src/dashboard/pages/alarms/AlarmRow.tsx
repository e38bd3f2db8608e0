import { Trouble } from '../../asking/Trouble.tsx';
import { useAct } from '../../asking/useAct.ts';
import type { AlarmView } from '../../../client/index.ts';
import { lab } from '../../live/index.ts';
import { Button } from '../../permission/Button.tsx';
import { missingThere } from '../../permission/missing.ts';
import { Permit } from '../../permission/Permit.tsx';
import { useAllowed } from '../../permission/useMe.ts';
import { Ago } from '../../widgets/Ago.tsx';
import { SimulatedBadge } from '../../widgets/SimulatedBadge.tsx';
import { isUnseen, standing } from './order.ts';

interface Props {
  readonly alarm: AlarmView;
  /** Whether it has to be asked of its device who may acknowledge it. */
  readonly isAsked: boolean;
}

export function AlarmRow({ alarm, isAsked }: Props) {
  const { alarm: rule, device, severity, state, detail, message, simulated } = alarm;
  const holds = state !== 'cleared';
  return (
    <li className={`alarm ${holds ? severity : 'over'}`}>
      <div className="row spread">
        <span className="row">
          <span className={`tag ${holds ? severity : ''}`}>{severity}</span>
          <strong>{rule}</strong>
          <a href={`#/devices/${encodeURIComponent(device)}`}>{device}</a>
          {simulated && <SimulatedBadge />}
        </span>
        <span className="row">
          <span className="quiet">{standing(alarm)}</span>
          {isUnseen(alarm) && (isAsked ? <PerhapsAcknowledge alarm={alarm} /> : <Acknowledge alarm={alarm} />)}
        </span>
      </div>
      <p>{detail}</p>
      {message !== null && <p className="message">{message}</p>}
      <Times alarm={alarm} />
    </li>
  );
}

function Times({ alarm }: { readonly alarm: AlarmView }) {
  const { raisedAt, occurrences, acknowledgedAt, acknowledgedBy, clearedAt } = alarm;
  return (
    <p className="quiet">
      {occurrences > 1 ? `Raised ${occurrences} times, the last ` : 'Raised '}
      <Ago at={raisedAt} />
      {clearedAt !== null && (
        <>
          {', over '}
          <Ago at={clearedAt} />
        </>
      )}
      {acknowledgedAt !== null && (
        <>
          {`, seen by ${acknowledgedBy ?? 'somebody'} `}
          <Ago at={acknowledgedAt} />
        </>
      )}
    </p>
  );
}

function PerhapsAcknowledge({ alarm }: { readonly alarm: AlarmView }) {
  return (
    <Permit missing={missingThere(useAllowed(alarm.device), 'command')}>
      <Acknowledge alarm={alarm} />
    </Permit>
  );
}

function Acknowledge({ alarm: { id, alarm, device } }: { readonly alarm: AlarmView }) {
  const { act, isBusy, error } = useAct();
  const acknowledge = () => void act(() => lab.http.request('POST', `/v1/alarms/${id}/acknowledge`, { body: {} }));
  return (
    <>
      <Trouble error={error} />
      <Button type="button" disabled={isBusy} onClick={acknowledge} aria-label={`Acknowledge ${alarm} of ${device}`}>
        Acknowledge
      </Button>
    </>
  );
}
