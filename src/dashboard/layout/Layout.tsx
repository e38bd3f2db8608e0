import { type ReactNode, useEffect, useRef } from 'react';
import { useLocation } from 'wouter';
import { Insecure } from '../connection/Insecure.tsx';
import { Header } from './Header.tsx';
import { StatusLine } from './StatusLine.tsx';

/** What every page stands in. Dialogs are put beside it, so that Stop stays within reach while one is open. */
export function Layout({ children }: { readonly children: ReactNode }) {
  useFocusOnPage();
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

/** Whoever goes to another page has the focus on it: what they pressed may be gone, and a screen reader reads on from there. */
function useFocusOnPage(): void {
  const [location] = useLocation();
  // One command is shown beside the list that it was chosen from.
  const page = location.replace(/^\/commands\/.*/, '/commands');
  const shown = useRef(page);
  useEffect(() => {
    if (shown.current === page) return;
    shown.current = page;
    document.getElementById('main')?.focus({ preventScroll: true });
  }, [page]);
}

/** The address says which page is shown: it is not the skip link's. */
function skip(event: { preventDefault(): void }): void {
  event.preventDefault();
  document.getElementById('main')?.focus();
}
