import { useSyncExternalStore } from 'react';

/** Which colours the page has now, for what is drawn and does not follow a style sheet by itself. */
export function useTheme(): string {
  return useSyncExternalStore(subscribe, () => getComputedStyle(document.documentElement).color);
}

function subscribe(listener: () => void): () => void {
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const observer = new MutationObserver(listener);
  observer.observe(document.documentElement, { attributes: true });
  dark.addEventListener('change', listener);
  return () => {
    observer.disconnect();
    dark.removeEventListener('change', listener);
  };
}
