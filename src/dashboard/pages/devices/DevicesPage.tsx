import { useMemo } from 'react';
import { useAlarms, useConnection, useDeviceViews } from '../../live/index.ts';
import { useKept } from '../../widgets/kept.ts';
import { useTitle } from '../useTitle.ts';
import { DeviceTable } from './DeviceTable.tsx';
import { Filters } from './Filters.tsx';
import { NoDevices } from './NoDevices.tsx';
import { arrange, everything } from './arrange.ts';
import { alarmsByDevice } from './alarms-by-device.ts';
import './devices.css';

/** Every device at a glance. */
export default function DevicesPage() {
  useTitle('Devices');
  const views = useDeviceViews();
  const { state } = useConnection();
  const alarms = useAlarms();
  const [choice, choose] = useKept('devices', everything);
  const byDevice = useMemo(() => alarmsByDevice(alarms), [alarms]);
  const groups = useMemo(() => arrange(views, choice, byDevice), [views, choice, byDevice]);
  const shown = groups.reduce((sum, { devices }) => sum + devices.length, 0);
  return (
    <div className="devices">
      <h1>Devices</h1>
      {views.length === 0 ? (
        <NoDevices known={state === 'live'} />
      ) : (
        <>
          <Filters views={views} choice={choice} choose={choose} shown={shown} />
          {shown === 0 && (
            <p className="empty">
              No device is like that.{' '}
              <button type="button" onClick={() => choose({ ...everything, group: choice.group })}>
                Show all
              </button>
            </p>
          )}
          {groups.map(({ name, devices }) => (
            <section key={name} aria-label={name === '' ? 'Devices' : name}>
              {name !== '' && (
                <h2>
                  {name} <small>{devices.length}</small>
                </h2>
              )}
              <DeviceTable devices={devices} alarms={byDevice} choice={choice} choose={choose} />
            </section>
          ))}
        </>
      )}
    </div>
  );
}
