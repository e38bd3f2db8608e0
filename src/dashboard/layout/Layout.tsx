import type { ReactNode } from 'react';
import { Insecure } from '../connection/Insecure.tsx';
import { Header } from './Header.tsx';
import { StatusLine } from './StatusLine.tsx';

/** What every page stands in. Dialogs are put beside it, so that Stop stays within reach while one is open. */
export function Layout({ children }: { readonly children: ReactNode }) {
  return (
    <div id="page" className="layout">
      <a className="skip" href="#main" onClick={skip}>
        Skip to content
      </a>
      <Header />
      <Insecure />
      <StatusLine />
      <main id="main" tabIndex={-1}>
        {children}
      </main>
    </div>
  );
}

/** The address says which page is shown: it is not the skip link's. */
function skip(event: { preventDefault(): void }): void {
  event.preventDefault();
  document.getElementById('main')?.focus();
}
