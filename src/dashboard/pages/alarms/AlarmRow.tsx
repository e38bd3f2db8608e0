import { Trouble } from '../../asking/Trouble.tsx';
import { useAct } from '../../asking/useAct.ts';
import type { AlarmView } from '../../../client/index.ts';
import { lab } from '../../live/index.ts';
import { Ago } from '../../widgets/Ago.tsx';
import { SimulatedBadge } from '../../widgets/SimulatedBadge.tsx';
import { measured } from './order.ts';

export function AlarmRow({ alarm }: { readonly alarm: AlarmView }) {
  const { alarm: rule, device, property, severity, state, detail, simulated } = alarm;
  const isOver = state === 'cleared';
  return (
    <li className={`alarm ${isOver ? 'over' : severity}`}>
      <div className="row spread">
        <span className="row">
          <span className={`tag ${isOver ? '' : severity === 'critical' ? 'bad' : 'warn'}`}>{severity}</span>
          <strong>{rule}</strong>
          <a href={`#/devices/${encodeURIComponent(device)}`}>{device}</a>
          {simulated && <SimulatedBadge />}
        </span>
        <Acknowledge alarm={alarm} />
      </div>
      <p>
        {property}: <span className="number">{measured(alarm)}</span>
      </p>
      {detail !== '' && <p className="quiet">{detail}</p>}
      <Times alarm={alarm} />
    </li>
  );
}

function Times({ alarm: { raisedAt, acknowledgedAt, acknowledgedBy, clearedAt } }: { readonly alarm: AlarmView }) {
  return (
    <p className="quiet">
      {'Raised '}
      <Ago at={raisedAt} />
      {acknowledgedAt !== null && (
        <>
          {`, acknowledged by ${acknowledgedBy ?? 'somebody'} `}
          <Ago at={acknowledgedAt} />
        </>
      )}
      {clearedAt !== null && (
        <>
          {', over '}
          <Ago at={clearedAt} />
        </>
      )}
    </p>
  );
}

function Acknowledge({ alarm: { id, state, alarm, device } }: { readonly alarm: AlarmView }) {
  const { act, isBusy, error } = useAct();
  if (state !== 'active') return <span className="tag">{state === 'acknowledged' ? 'seen' : 'over'}</span>;
  const acknowledge = () => void act(() => lab.http.request('POST', `/v1/alarms/${id}/acknowledge`, { body: {} }));
  return (
    <span className="row">
      <Trouble error={error} />
      <button type="button" disabled={isBusy} onClick={acknowledge} aria-label={`Acknowledge ${alarm} of ${device}`}>
        Acknowledge
      </button>
    </span>
  );
}
