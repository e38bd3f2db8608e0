import { useEffect, useRef, useState } from 'react';
import { Trouble } from '../../../asking/Trouble.tsx';
import { useAct } from '../../../asking/useAct.ts';
import type { Filters } from '../filters.ts';
import { pageOf } from '../useHistory.ts';
import { collect, type Collected, maxExported } from './collect.ts';
import { csvOf } from './csv.ts';
import { save } from './save.ts';

const kinds = {
  CSV: { type: 'text/csv', name: 'csv', write: ({ items }: Collected) => csvOf(items) },
  JSON: {
    type: 'application/json',
    name: 'json',
    write: ({ items, isComplete }: Collected) => `${JSON.stringify({ complete: isComplete, items }, undefined, 2)}\n`,
  },
};

/** Everything that the filters fit, not only what is shown, as a file. */
export function ExportButtons({ filters }: { readonly filters: Filters }) {
  const { act, isBusy, error } = useAct();
  const [said, setSaid] = useState('');
  const ending = useRef<AbortController>(undefined);
  useEffect(() => () => ending.current?.abort(), []);
  const begin = async (kind: keyof typeof kinds): Promise<void> => {
    const { signal } = (ending.current = new AbortController());
    const ask = (cursor: string | undefined, limit: number) => pageOf(filters, cursor, signal, limit);
    const collected = await collect(ask, (count) => setSaid(`${count} commands so far …`));
    const { type, name, write } = kinds[kind];
    save(`bellcrank-commands.${name}`, type, write(collected));
    setSaid(whatOf(collected));
  };
  const doIt = (kind: keyof typeof kinds) => () => {
    setSaid('');
    void act(() => begin(kind));
  };
  return (
    <div className="row export">
      <button type="button" disabled={isBusy} onClick={doIt('CSV')}>
        Export CSV
      </button>
      <button type="button" disabled={isBusy} onClick={doIt('JSON')}>
        Export JSON
      </button>
      <span role="status" className="quiet">
        {error === undefined && said}
      </span>
      <Trouble error={error} />
    </div>
  );
}

function whatOf({ items, isComplete }: Collected): string {
  if (isComplete) return `${items.length} ${items.length === 1 ? 'command' : 'commands'} exported.`;
  if (items.length < maxExported) return `${items.length} commands exported; the search was ended, narrow the filters.`;
  return `The newest ${items.length} exported, as many as a file holds; narrow the filters for the rest.`;
}
