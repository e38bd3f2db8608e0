import { useEffect } from 'react';

/** What stands in the browser's tab while a page is shown. */
export function useTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} – Bellcrank`;
    return () => {
      document.title = 'Bellcrank';
    };
  }, [title]);
}
