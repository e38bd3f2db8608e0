import { useState } from 'react';
import type { PropertySpec } from '../../../../client/index.ts';
import { usePage } from '../data/page.ts';
import { titleOf } from '../form/schema.ts';
import { useNow } from '../../../widgets/now.ts';
import { ValueRow } from './ValueRow.tsx';

/** More than these are searched by name. */
const many = 12;

/** What the device has, as it is now. */
export function Values({ onHistory }: { readonly onHistory: (property: string) => void }) {
  const { detail, live } = usePage();
  const [search, setSearch] = useState('');
  const now = useNow();
  const all = Object.entries(detail.properties);
  const shown = all.filter(([name, spec]) => matches(name, spec, search));
  return (
    <section className="panel sheet" aria-labelledby="values-title" id="values" tabIndex={-1}>
      <div className="sheet-head">
        <h2 id="values-title">Values</h2>
        {all.length > many && (
          <input
            type="search"
            aria-label="Search values"
            placeholder="Search"
            value={search}
            onChange={({ target }) => setSearch(target.value)}
          />
        )}
        <ReadBack />
      </div>
      {all.length === 0 && <p className="faint">{nothing(live.view.state)}</p>}
      <ul className="values">
        {shown.map(([name, spec]) => (
          <ValueRow key={name} name={name} spec={spec} now={now} onHistory={onHistory} />
        ))}
      </ul>
    </section>
  );
}

function nothing(state: string): string {
  return state === 'ready' ? 'This device has no values.' : 'What this device has is told by itself, once it is there.';
}

function matches(name: string, spec: PropertySpec, search: string): boolean {
  const words = `${name} ${spec.summary} ${titleOf(spec.schema, '')}`.toLowerCase();
  return words.includes(search.trim().toLowerCase());
}

function ReadBack() {
  const { readBack } = usePage();
  const [busy, setBusy] = useState(false);
  const read = async (): Promise<void> => {
    setBusy(true);
    await readBack();
    setBusy(false);
  };
  return (
    <button type="button" className="quiet" aria-disabled={busy} onClick={() => void (busy ? undefined : read())}>
      {busy ? 'Reading …' : 'Read all now'}
    </button>
  );
}
