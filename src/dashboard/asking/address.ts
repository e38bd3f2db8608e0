import { useCallback, useSyncExternalStore } from 'react';
import type { BaseLocationHook } from 'wouter';
import { useHashLocation } from 'wouter/use-hash-location';

/** `#/commands?device=psu-1` has a path and what is asked for, both behind the `#`. The router gets the path. */
export const useAddressPath: BaseLocationHook & { hrefs: (href: string) => string } = () => {
  const [location, navigate] = useHashLocation();
  return [location.split('?')[0] ?? '/', navigate];
};
useAddressPath.hrefs = (href) => `#${href}`;

function searchNow(): string {
  return /\?(.*)$/s.exec(location.hash)?.[1] ?? '';
}

function onChange(listener: () => void): () => void {
  addEventListener('hashchange', listener);
  return () => removeEventListener('hashchange', listener);
}

/** What the page's address asks for, so that it can be kept, sent to somebody, and gone back to. */
export function useAddressSearch(): readonly [search: string, set: (search: URLSearchParams) => void] {
  const search = useSyncExternalStore(onChange, searchNow);
  const set = useCallback((wanted: URLSearchParams) => {
    const [path = ''] = location.hash.split('?');
    const oldURL = location.href;
    history.replaceState(null, '', wanted.size === 0 ? path : `${path}?${wanted.toString()}`);
    dispatchEvent(new HashChangeEvent('hashchange', { oldURL, newURL: location.href }));
  }, []);
  return [search, set];
}
