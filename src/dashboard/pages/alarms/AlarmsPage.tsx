import { useAddressSearch } from '../../asking/address.ts';
import { Trouble } from '../../asking/Trouble.tsx';
import type { AlarmView } from '../../../client/index.ts';
import { useAlarms, useConnection } from '../../live/index.ts';
import { Choose } from '../Choose.tsx';
import { Suggest } from '../Suggest.tsx';
import { useTitle } from '../useTitle.ts';
import { missingAnywhere } from '../../permission/missing.ts';
import { Permit } from '../../permission/Permit.tsx';
import { useMe } from '../../permission/useMe.ts';
import { AlarmRow } from './AlarmRow.tsx';
import { type AlarmFilters, filtersIn, fits, searchOf, severities } from './filters.ts';
import { byUrgency, isUnseen } from './order.ts';
import { useOver } from './useOver.ts';
import '../pages.css';
import './alarms.css';

/** Limits that are passed now, those that nobody has seen, and those that were. */
export default function AlarmsPage() {
  useTitle('Alarms');
  const [search, setSearch] = useAddressSearch();
  const filters = filtersIn(new URLSearchParams(search));
  return (
    <>
      <h1>Alarms</h1>
      <Filter filters={filters} onChange={(changed) => setSearch(searchOf(changed))} />
      <Open filters={filters} />
      <Over filters={filters} />
    </>
  );
}

function Open({ filters }: { readonly filters: AlarmFilters }) {
  const { state } = useConnection();
  const open = useAlarms().filter((alarm) => alarm.open && fits(alarm, filters));
  const me = useMe();
  const missing = missingAnywhere(me?.scopes, 'command');
  const isEverywhere = me?.everywhere.includes('command') ?? true;
  const isAll = searchOf(filters).size === 0;
  return (
    <section aria-label="Open" className="panel">
      <h2>Open</h2>
      {open.length === 0 && <p>{state === 'live' ? none(isAll) : 'Waiting for the service …'}</p>}
      <Permit missing={open.some(isUnseen) ? missing : undefined} above="Acknowledging">
        <Alarms alarms={open.sort(byUrgency)} isAskedOfEach={missing === undefined && !isEverywhere} />
      </Permit>
    </section>
  );
}

function none(isAll: boolean): string {
  return isAll ? 'No alarm is open.' : 'No alarm that fits is open.';
}

function Over({ filters }: { readonly filters: AlarmFilters }) {
  const { items, error, more, isBusy } = useOver(filters);
  return (
    <section aria-label="Over" className="panel">
      <h2>Over</h2>
      <Trouble error={error} />
      {items?.length === 0 && <p className="quiet">None that was seen is over.</p>}
      <Alarms alarms={items ?? []} isAskedOfEach={false} />
      {more !== undefined && (
        <button type="button" onClick={more} disabled={isBusy}>
          Show older ones
        </button>
      )}
    </section>
  );
}

interface AlarmsProps {
  readonly alarms: readonly AlarmView[];
  /** Whoever looks may acknowledge those of some devices alone. */
  readonly isAskedOfEach: boolean;
}

function Alarms({ alarms, isAskedOfEach }: AlarmsProps) {
  if (alarms.length === 0) return null;
  return (
    <ul className="plain">
      {alarms.map((alarm) => (
        <AlarmRow key={alarm.id} alarm={alarm} isAsked={isAskedOfEach} />
      ))}
    </ul>
  );
}

interface FilterProps {
  readonly filters: AlarmFilters;
  readonly onChange: (filters: AlarmFilters) => void;
}

function Filter({ filters, onChange }: FilterProps) {
  const alarms = useAlarms();
  const known = (name: 'device' | 'alarm') => [...new Set(alarms.map((alarm) => alarm[name]))].sort().slice(0, 100);
  const set = (name: keyof AlarmFilters) => (value: string) => onChange({ ...filters, [name]: value });
  return (
    <form className="filters" role="search" aria-label="Filter the alarms" onSubmit={(event) => event.preventDefault()}>
      <Suggest label="Device" value={filters.device} known={known('device')} set={set('device')} />
      <Suggest label="Alarm" value={filters.alarm} known={known('alarm')} set={set('alarm')} />
      <Choose label="Severity" value={filters.severity} words={severities} set={set('severity')} />
    </form>
  );
}
