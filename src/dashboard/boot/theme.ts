/** Light, dark, or what the system says. It is applied before anything is painted. */
export type Theme = 'auto' | 'light' | 'dark';

const key = 'bellcrank.theme';

export function theme(): Theme {
  const kept = readKept();
  return kept === 'light' || kept === 'dark' ? kept : 'auto';
}

export function applyTheme(chosen: Theme = theme()): void {
  document.documentElement.dataset['theme'] = chosen;
}

export function keepTheme(chosen: Theme): void {
  applyTheme(chosen);
  try {
    localStorage.setItem(key, chosen);
  } catch {
    // A browser that keeps nothing shows it until the page is left.
  }
}

function readKept(): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}
