/**
 * Who is signed in. The service holds the key’s place with a cookie that no script can read; the page knows the token that
 * has to come along when it changes something, as long as it is open. The key itself is kept nowhere.
 */
export interface SessionView {
  readonly signedIn: boolean;
  readonly name: string | null;
  readonly csrfToken: string | null;
}

const path = '/v1/session';
const nobody: SessionView = { signedIn: false, name: null, csrfToken: null };
const safeMethods = new Set(['GET', 'HEAD']);
const listeners = new Set<() => void>();
let current = nobody;

export function session(): SessionView {
  return current;
}

/** Called whenever somebody signs in or out; returns the way to leave. */
export function onSession(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function keepSession(view: SessionView): void {
  if (view.csrfToken === current.csrfToken && view.name === current.name) return;
  current = view;
  for (const listener of listeners) listener();
}

export function forgetSession(): void {
  keepSession(nobody);
}

/** Asks the service anew. What it does not say leaves things as they were. */
export async function renewSession(send: typeof fetch): Promise<void> {
  try {
    const answer = await send(path, { cache: 'no-store' });
    // The shape is the service's own; a service without sessions has none.
    if (answer.ok) keepSession((await answer.json()) as SessionView);
  } catch {
    // Whatever is asked next says so.
  }
}

/**
 * Sends a request as whoever is signed in. One that is refused because its token is of another session, as after
 * signing in again in another tab, changed nothing: it is sent once more with the right one.
 */
export async function sendSignedIn(send: typeof fetch, input: string, init: RequestInit = {}): Promise<Response> {
  if (safeMethods.has(init.method ?? 'GET')) return await send(input, init);
  const { csrfToken } = current;
  const answer = await send(input, withToken(init));
  if (answer.status !== 403) return answer;
  await renewSession(send);
  return current.csrfToken === csrfToken ? answer : await send(input, withToken(init));
}

function withToken(init: RequestInit): RequestInit {
  if (current.csrfToken === null) return init;
  const headers = new Headers(init.headers);
  headers.set('bellcrank-csrf-token', current.csrfToken);
  return { ...init, headers };
}
