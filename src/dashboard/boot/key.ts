/** The API key of this tab. It is kept as long as the tab, and is sent as a bearer token (RFC 6750 §2.1). */
const storageKey = 'bellcrank.key';
let held: string | undefined;

export function apiKey(): string | undefined {
  try {
    return sessionStorage.getItem(storageKey) ?? undefined;
  } catch {
    return held;
  }
}

export function keepApiKey(key: string | undefined): void {
  held = key;
  try {
    if (key === undefined) sessionStorage.removeItem(storageKey);
    else sessionStorage.setItem(storageKey, key);
  } catch {
    // A browser that keeps nothing has it until the page is left.
  }
}

export function authorization(): Record<string, string> {
  const key = apiKey();
  return key === undefined ? {} : { authorization: `Bearer ${key}` };
}
