import { useId } from 'react';
import { FilterBox } from '../FilterBox.tsx';
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
  const common = { filters, set };
  return (
    <FilterBox active={Object.keys(filters).length}>
      <form
        className="filters"
        role="search"
        aria-label="Filter the history"
        onSubmit={(event) => event.preventDefault()}
      >
        <Known name="device" label="Device" known={useDeviceIds()} {...common} />
        <Known name="command" label="Command" known={useSeen('command')} {...common} />
        <Choice name="outcome" label="Outcome" words={outcomes} {...common} />
        <Choice name="state" label="State" words={states} {...common} />
        <Known name="by" label="By" known={useSeen('by')} {...common} />
        <Choice name="simulated" label="Devices" words={['true', 'false']} shown={['simulated', 'real']} {...common} />
        <Time name="from" label="From" {...common} />
        <Time name="to" label="Before" {...common} />
        <button type="button" onClick={() => onChange({})} disabled={Object.keys(filters).length === 0}>
          Show all
        </button>
      </form>
    </FilterBox>
  );
}

interface FieldProps {
  readonly name: FilterName;
  readonly label: string;
  readonly filters: Filters;
  readonly set: (name: FilterName, value: string) => void;
}

/** Any text, with what is known for suggestions. It counts once it is complete: when the field is left, or on Enter. */
function Known({ name, label, filters, set, known }: FieldProps & { readonly known: readonly string[] }) {
  const id = useId();
  const value = filters[name] ?? '';
  const take = (input: HTMLInputElement): void => {
    if (input.value.trim() !== value) set(name, input.value.trim());
  };
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        key={value}
        defaultValue={value}
        list={`${id}-known`}
        maxLength={200}
        autoComplete="off"
        spellCheck={false}
        onBlur={(event) => take(event.currentTarget)}
        onChange={(event) => known.includes(event.currentTarget.value) && take(event.currentTarget)}
        onKeyDown={(event) => event.key === 'Enter' && take(event.currentTarget)}
      />
      <datalist id={`${id}-known`}>
        {known.map((each) => (
          <option key={each} value={each}>
            {each}
          </option>
        ))}
      </datalist>
    </div>
  );
}

function Choice({
  name,
  label,
  filters,
  set,
  words,
  shown = words,
}: FieldProps & { readonly words: readonly string[]; readonly shown?: readonly string[] }) {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <select id={id} value={filters[name] ?? ''} onChange={(event) => set(name, event.currentTarget.value)}>
        <option value="">all</option>
        {words.map((word, index) => (
          <option key={word} value={word}>
            {shown[index]}
          </option>
        ))}
      </select>
    </div>
  );
}

function Time({ name, label, filters, set }: FieldProps) {
  const id = useId();
  return (
    <div className="field time">
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        type="datetime-local"
        step="1"
        value={local(filters[name])}
        onChange={(event) => {
          const at = new Date(event.currentTarget.value);
          set(name, Number.isNaN(at.getTime()) ? '' : at.toISOString());
        }}
      />
    </div>
  );
}

/** As the field wants it: local time without a zone. */
function local(at: string | undefined): string {
  if (at === undefined) return '';
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
