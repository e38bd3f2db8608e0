import { useId } from 'react';
import { Choose } from '../Choose.tsx';
import { FilterBox } from '../FilterBox.tsx';
import { Suggest } from '../Suggest.tsx';
import { useCommands, useDeviceViews } from '../../live/index.ts';
import { type FilterName, type Filters, outcomes, states } from './filters.ts';

interface Props {
  readonly filters: Filters;
  readonly onChange: (filters: Filters) => void;
}

/** What of the history is shown; it stands in the page's address. */
export function FilterBar({ filters, onChange }: Props) {
  const set = (name: FilterName, value: string): void => {
    const { [name]: _, ...others } = filters;
    onChange(value === '' ? others : { ...others, [name]: value });
  };
  const of = (name: FilterName) => ({ value: filters[name] ?? '', set: (value: string) => set(name, value) });
  return (
    <FilterBox active={Object.keys(filters).length}>
      <form
        className="filters"
        role="search"
        aria-label="Filter the history"
        onSubmit={(event) => event.preventDefault()}
      >
        <Suggest label="Device" known={useDeviceIds()} {...of('device')} />
        <Suggest label="Command" known={useSeen('command')} {...of('command')} />
        <Choose label="Outcome" words={outcomes} {...of('outcome')} />
        <Choose label="State" words={states} {...of('state')} />
        <Suggest label="By" known={useSeen('by')} {...of('by')} />
        <Choose
          label="Simulated or real"
          words={['true', 'false']}
          shown={['simulated', 'real']}
          {...of('simulated')}
        />
        <Time label="From" {...of('from')} />
        <Time label="Before" {...of('to')} />
        <button type="button" onClick={() => onChange({})} disabled={Object.keys(filters).length === 0}>
          Show all
        </button>
      </form>
    </FilterBox>
  );
}

interface TimeProps {
  readonly label: string;
  readonly value: string;
  readonly set: (value: string) => void;
}

function Time({ label, value, set }: TimeProps) {
  const id = useId();
  return (
    <div className="field time">
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        type="datetime-local"
        step="1"
        value={local(value)}
        onChange={(event) => {
          const at = new Date(event.currentTarget.value);
          set(Number.isNaN(at.getTime()) ? '' : at.toISOString());
        }}
      />
    </div>
  );
}

/** As the field wants it: local time without a zone. */
function local(at: string): string {
  if (at === '') return '';
  const time = new Date(at);
  return new Date(time.getTime() - time.getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
}

function useDeviceIds(): readonly string[] {
  return useDeviceViews().map(({ id }) => id);
}

/** What the latest commands had there. */
function useSeen(name: 'command' | 'by'): readonly string[] {
  return [...new Set(useCommands().map((command) => command[name]))].sort().slice(0, 100);
}
