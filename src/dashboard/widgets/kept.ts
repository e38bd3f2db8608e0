import { useCallback, useState } from 'react';

/** State that is there again when somebody comes back to a page in the same tab. `start` says what is kept, and its shape. */
export function useKept<T extends object>(name: string, start: T): readonly [T, (next: T) => void] {
  const key = `bellcrank.kept.${name}`;
  const [value, setValue] = useState<T>(() => ({ ...start, ...like(start, read(key)) }));
  const keep = useCallback(
    (next: T) => {
      setValue(next);
      write(key, next);
    },
    [key],
  );
  return [value, keep];
}

/** Another version of the page may have kept something else. */
function like<T extends object>(start: T, kept: unknown): Partial<T> {
  const entries = Object.entries(Object(kept) as object);
  const same = entries.filter(
    ([key, value]) => Object.hasOwn(start, key) && typeof value === typeof Object(start)[key],
  );
  // Each has the type that it has in `start`.
  return Object.fromEntries(same) as Partial<T>;
}

function read(key: string): unknown {
  try {
    return JSON.parse(sessionStorage.getItem(key) ?? 'null');
  } catch {
    return undefined;
  }
}

function write(key: string, value: unknown): void {
  try {
    sessionStorage.setItem(key, JSON.stringify(value));
  } catch {
    // A browser that keeps nothing begins anew.
  }
}
