import { useMemo } from 'react';
import { Link } from 'wouter';
import { ConnectionNotice } from '../connection/ConnectionNotice.tsx';
import { type AlarmView, type DeviceView, useAlarms, useConnection, useDeviceViews } from '../live/index.ts';

/** One line on every page: whether what is shown is as it is, and how the lab is. Its room is always there. */
export function StatusLine() {
  const { state } = useConnection();
  return (
    <section className="status-line" aria-label="State">
      <ConnectionNotice />
      {state !== 'denied' && <Lab isKnown={state === 'live'} />}
    </section>
  );
}

function Lab({ isKnown }: { readonly isKnown: boolean }) {
  const views = useDeviceViews();
  const alarms = useAlarms();
  const { ready, stopped, simulated } = useMemo(() => countsOf(views), [views]);
  const raised = alarms.filter(isActive);
  const active = raised.length;
  // Nothing is counted before anything was told.
  if (views.length === 0 && !isKnown) return null;
  return (
    <>
      <span role="status" className="visually-hidden">
        {told(raised)}
      </span>
      <ul className="lab" aria-label="The lab">
        <li>
          <b>{views.length}</b> {views.length === 1 ? 'device' : 'devices'}
        </li>
        <li>
          <b>{ready}</b> ready
        </li>
        {views.length > ready && (
          <li className="warn">
            <b>{views.length - ready}</b> not ready
          </li>
        )}
        {stopped > 0 && (
          <li className="bad">
            <b>{stopped}</b> stopped
          </li>
        )}
        {active > 0 && (
          <li className="bad">
            <Link href="/alarms">
              <b>{active}</b> {active === 1 ? 'alarm' : 'alarms'}
            </Link>
          </li>
        )}
        {simulated > 0 && (
          <li className="simulated-note">
            <span className="simulated">SIMULATED</span>{' '}
            {simulated === views.length ? <span className="all">all of them</span> : <b>{simulated}</b>}
          </li>
        )}
      </ul>
    </>
  );
}

function countsOf(views: readonly DeviceView[]) {
  return {
    ready: views.filter(({ state }) => state === 'ready').length,
    stopped: views.filter((view) => view.stopped).length,
    simulated: views.filter((view) => view.simulated).length,
  };
}

/** For whoever does not see the line: each alarm when it comes, and not with each value of it. */
function told([last, ...others]: readonly AlarmView[]): string {
  if (last === undefined) return '';
  const more = others.length === 0 ? '' : `, and ${others.length} more`;
  return `Alarm: ${last.alarm} of ${last.device}${last.simulated ? ', simulated' : ''}${more}.`;
}

function isActive({ state }: AlarmView): boolean {
  return state === 'active';
}
