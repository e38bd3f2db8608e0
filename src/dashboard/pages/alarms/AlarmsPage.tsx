import { useId } from 'react';
import { useAddressSearch } from '../../asking/address.ts';
import { Trouble } from '../../asking/Trouble.tsx';
import type { AlarmView } from '../../../client/index.ts';
import { useAlarms } from '../../live/index.ts';
import { AlarmRow } from './AlarmRow.tsx';
import { byUrgency } from './order.ts';
import { useCleared } from './useCleared.ts';
import { useTitle } from '../useTitle.ts';
import '../pages.css';
import './alarms.css';

const severities: readonly string[] = ['critical', 'warning'];

/** Limits that are passed now, and those that were. */
export default function AlarmsPage() {
  useTitle('Alarms');
  const [search, setSearch] = useAddressSearch();
  const asked = new URLSearchParams(search);
  const device = asked.get('device')?.slice(0, 100) ?? '';
  const severity = severities.find((each) => each === asked.get('severity')) ?? '';
  const fits = (alarm: AlarmView): boolean =>
    (device === '' || alarm.device === device) && (severity === '' || alarm.severity === severity);
  const now = useAlarms().filter((alarm) => alarm.state !== 'cleared' && fits(alarm));
  const set = (changes: Readonly<Record<string, string>>): void => {
    const all = Object.entries({ device, severity, ...changes }).filter(([, value]) => value !== '');
    setSearch(new URLSearchParams(all));
  };
  return (
    <>
      <h1>Alarms</h1>
      <Filter device={device} severity={severity} set={set} />
      <section aria-label="Now" className="panel">
        <h2>Now</h2>
        {now.length === 0 ? (
          <p>{device === '' && severity === '' ? 'No alarm is raised.' : 'No alarm that fits is raised.'}</p>
        ) : (
          <ul className="plain">
            {now.sort(byUrgency).map((alarm) => (
              <AlarmRow key={alarm.id} alarm={alarm} />
            ))}
          </ul>
        )}
      </section>
      <Before device={device} fits={fits} />
    </>
  );
}

function Before({ device, fits }: { readonly device: string; readonly fits: (alarm: AlarmView) => boolean }) {
  const { items, error, more, isBusy } = useCleared(device);
  const shown = items?.filter(fits);
  return (
    <section aria-label="Before" className="panel">
      <h2>Before</h2>
      <Trouble error={error} />
      {shown?.length === 0 && <p className="quiet">None is over yet.</p>}
      <ul className="plain">
        {shown?.map((alarm) => (
          <AlarmRow key={alarm.id} alarm={alarm} />
        ))}
      </ul>
      {more !== undefined && (
        <button type="button" onClick={more} disabled={isBusy}>
          Show older ones
        </button>
      )}
    </section>
  );
}

interface FilterProps {
  readonly device: string;
  readonly severity: string;
  readonly set: (changes: Readonly<Record<string, string>>) => void;
}

function Filter({ device, severity, set }: FilterProps) {
  const id = useId();
  const devices = [...new Set([device, ...useAlarms().map((alarm) => alarm.device)])].filter((each) => each !== '');
  return (
    <form className="filters" role="search" aria-label="Filter the alarms" onSubmit={(event) => event.preventDefault()}>
      <div className="field">
        <label htmlFor={`${id}-device`}>Device</label>
        <input
          id={`${id}-device`}
          key={device}
          defaultValue={device}
          list={`${id}-devices`}
          maxLength={100}
          autoComplete="off"
          onBlur={(event) => set({ device: event.currentTarget.value.trim() })}
          onKeyDown={(event) => event.key === 'Enter' && set({ device: event.currentTarget.value.trim() })}
        />
        <datalist id={`${id}-devices`}>
          {devices.map((each) => (
            <option key={each} value={each}>
              {each}
            </option>
          ))}
        </datalist>
      </div>
      <div className="field">
        <label htmlFor={`${id}-severity`}>Severity</label>
        <select
          id={`${id}-severity`}
          value={severity}
          onChange={(event) => set({ severity: event.currentTarget.value })}
        >
          <option value="">all</option>
          {severities.map((each) => (
            <option key={each} value={each}>
              {each}
            </option>
          ))}
        </select>
      </div>
    </form>
  );
}
