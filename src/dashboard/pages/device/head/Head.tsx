import { Ago } from '../../../widgets/Ago.tsx';
import { SimulatedBadge } from '../../../widgets/SimulatedBadge.tsx';
import { StateBadge } from '../../../widgets/StateBadge.tsx';
import { StopDevice } from '../../../widgets/StopDevice.tsx';
import { usePage } from '../data/page.ts';
import { DeviceText } from '../DeviceText.tsx';

/** Which device this is, how it is, and the button that makes it safe. */
export function Head() {
  const { live, detail, id, allowed } = usePage();
  const { view } = live;
  return (
    <header className="device-head">
      <div className="device-title">
        <h1>{id}</h1>
        <StateBadge state={view.state} detail={view.detail} />
        <SimulatedBadge simulated={view.simulated} />
        <span className="faint">
          seen <Ago at={live.seenAt ?? view.lastSeenAt} />
        </span>
      </div>
      <p className="faint device-kind">
        <DeviceText>{detail.identity === null ? view.model : `${view.model} · ${detail.identity}`}</DeviceText>
      </p>
      {view.detail !== undefined && view.detail !== view.state && view.state !== 'ready' && (
        <p className="notice">
          It is {view.state}: <DeviceText>{sentence(view.detail)}</DeviceText>
        </p>
      )}
      {view.stopped && (
        <p className="notice stopped">
          <strong>
            <span aria-hidden="true">■ </span>Stopped
          </strong>{' '}
          by <DeviceText>{view.stoppedBy ?? 'somebody'}</DeviceText>: it takes no commands until it is released.
        </p>
      )}
      <StopDevice id={id} stopped={view.stopped} state={view.state} allowed={allowed} />
      {detail.stop === null && (
        <p className="faint">It has no stop of its own: a stop latches it, and sends nothing.</p>
      )}
    </header>
  );
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
