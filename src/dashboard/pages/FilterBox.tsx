import { type ReactNode, useState } from 'react';

/** Filters are open where there is room, and on a phone once somebody wants them. */
export function FilterBox({ active, children }: { readonly active: number; readonly children: ReactNode }) {
  const [isOpen] = useState(() => matchMedia('(min-width: 50rem)').matches);
  return (
    <details className="filter-box" open={isOpen}>
      <summary>{active === 0 ? 'Filters' : `Filters (${active})`}</summary>
      {children}
    </details>
  );
}
