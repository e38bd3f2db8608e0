import { useCallback, useMemo } from 'react';
import { useAddressSearch } from '../../asking/address.ts';
import { Trouble } from '../../asking/Trouble.tsx';
import { CommandTable } from './CommandTable.tsx';
import { CommandDetails } from './details/CommandDetails.tsx';
import { ExportButtons } from './export/ExportButtons.tsx';
import { FilterBar } from './FilterBar.tsx';
import { type Filters, filtersIn, searchOf } from './filters.ts';
import { type History, useHistory } from './useHistory.ts';
import { useTitle } from '../useTitle.ts';
import '../pages.css';
import './commands.css';

/** What was asked for, by whom, and what became of it. */
export default function CommandsPage({ id }: { readonly id?: string | undefined }) {
  useTitle('Commands');
  const [search, setSearch] = useAddressSearch();
  const filters = useMemo(() => filtersIn(new URLSearchParams(search)), [search]);
  const onChange = useCallback((changed: Filters) => setSearch(searchOf(changed)), [setSearch]);
  const history = useHistory(filters);
  const rest = search === '' ? '' : `?${search}`;
  return (
    <div className="commands-page" data-chosen={id !== undefined}>
      <div className="list">
        <div className="row spread heading">
          <h1>Commands</h1>
          <ExportButtons filters={filters} />
        </div>
        <FilterBar filters={filters} onChange={onChange} />
        <Trouble error={history.error} />
        <Shown history={history} chosen={id} hrefOf={(each) => `#/commands/${each}${rest}`} />
      </div>
      {id !== undefined && <CommandDetails key={id} id={id} closeHref={`#/commands${rest}`} />}
    </div>
  );
}

interface ShownProps {
  readonly history: History;
  readonly chosen: string | undefined;
  readonly hrefOf: (id: string) => string;
}

function Shown({ history: { items, more, isBusy, isFull }, chosen, hrefOf }: ShownProps) {
  if (items === undefined) return <p className="quiet">Looking …</p>;
  if (items.length === 0 && more === undefined) return <p>No command fits.</p>;
  return (
    <>
      <CommandTable commands={items} chosen={chosen} hrefOf={hrefOf} />
      {more !== undefined && (
        <button type="button" onClick={more} disabled={isBusy}>
          Show older ones
        </button>
      )}
      {isFull && <p className="quiet">No more are shown at once: narrow the filters, or export them.</p>}
    </>
  );
}
