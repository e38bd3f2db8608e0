import { memo, useRef } from 'react';
import { Link } from 'wouter';
import { type LiveDevice, qualityNow, useDevice } from '../../live/index.ts';
import { Ago } from '../../widgets/Ago.tsx';
import { cut } from '../../widgets/format.ts';
import { SimulatedBadge } from '../../widgets/SimulatedBadge.tsx';
import { StateBadge } from '../../widgets/StateBadge.tsx';
import { Value } from '../../widgets/Value.tsx';
import { useInView } from '../../widgets/in-view.ts';
import type { DeviceAlarms } from './alarms-by-device.ts';
import { keyProperties } from './key-properties.ts';

interface Props {
  readonly id: string;
  readonly alarms: DeviceAlarms | undefined;
}

/** One device. Out of sight it stays as it was: only rows that somebody sees cost anything when values change. */
export const DeviceRow = memo(function DeviceRow({ id, alarms }: Props) {
  const row = useRef<HTMLDivElement>(null);
  const seen = useInView(row);
  const device = useDevice(id, !seen);
  return (
    <div className={`row${device?.view.stopped === true ? ' stopped' : ''}`} role="row" ref={row}>
      {device !== undefined && <Cells device={device} alarms={alarms} seen={seen} />}
    </div>
  );
});

function Cells({
  device,
  alarms,
  seen,
}: {
  readonly device: LiveDevice;
  readonly alarms: DeviceAlarms | undefined;
  readonly seen: boolean;
}) {
  const { view } = device;
  return (
    <>
      <span role="rowheader" className="device">
        <Link href={`/devices/${encodeURIComponent(view.id)}`} className="name">
          {view.id}
        </Link>
        <SimulatedBadge simulated={view.simulated} />
      </span>
      <span role="cell" className="states">
        <StateBadge state={view.state} detail={view.detail} />
        {view.stopped && <span className="badge bad">stopped</span>}
        {device.lease !== null && <span className="badge dim">leased: {cut(device.lease.holder, 24)}</span>}
        {alarms !== undefined && (
          <span className={`badge ${alarms.urgent ? 'bad' : 'warn'}`}>
            {alarms.count} {alarms.count === 1 ? 'alarm' : 'alarms'}
          </span>
        )}
      </span>
      <span role="cell" className="values">
        {keyProperties(device).map(({ name, value, unit, ...property }) => (
          <span key={name} className="reading">
            <span className="label">{name}</span>
            {/* Whoever has no connection sees all of it marked. */}
            <Value value={value} unit={unit} {...qualityNow(property, { view, connected: true, now: 0 })} />
          </span>
        ))}
      </span>
      <span role="cell" className="model">
        {cut(view.model, 40)}
      </span>
      <span role="cell" className="labels">
        {Object.entries(view.labels).map(([key, value]) => (
          <span key={key} className="tag">
            {cut(`${key}=${value}`, 32)}
          </span>
        ))}
      </span>
      <span role="cell" className="seen">
        {seen && <Ago at={device.seenAt} />}
      </span>
    </>
  );
}
