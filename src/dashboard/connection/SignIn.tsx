import { type FormEvent, useEffect, useId, useRef, useState } from 'react';
import { BellcrankProblem } from '../../client/index.ts';
import { keepSession, type SessionView } from '../boot/session.ts';
import { lab, reconnect } from '../live/index.ts';
import { useTitle } from '../pages/useTitle.ts';

/** Where the service wants to know who asks. */
export function SignIn() {
  useTitle('Sign in');
  const id = useId();
  const field = useRef<HTMLInputElement>(null);
  // There is nothing else to do here, and what had the focus may be gone with its page.
  useEffect(() => field.current?.focus(), []);
  const [refusal, refuse] = useState('');
  const [busy, setBusy] = useState(false);
  const submit = async (event: FormEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    const key = new FormData(event.currentTarget).get('key');
    if (typeof key !== 'string' || key.trim() === '') return refuse('Enter a key.');
    setBusy(true);
    refuse(await tryKey(key.trim()));
    setBusy(false);
  };
  return (
    <form className="sign-in panel" onSubmit={(event) => void submit(event)}>
      <h1>Sign in</h1>
      <p>This service wants to know who asks. The key is kept nowhere: the service remembers that you are signed in.</p>
      <label htmlFor={id}>API key</label>
      <input
        id={id}
        name="key"
        ref={field}
        type="password"
        autoComplete="current-password"
        spellCheck={false}
        aria-describedby={`${id}-refusal`}
        aria-invalid={refusal !== ''}
      />
      <p id={`${id}-refusal`} className="refusal" role="alert">
        {refusal}
      </p>
      <button type="submit" className="main" disabled={busy}>
        Sign in
      </button>
    </form>
  );
}

/** What is wrong with a key; nothing if it is taken. */
async function tryKey(key: string): Promise<string> {
  // A header can carry nothing else.
  if (!/^[\x21-\x7e]+$/.test(key)) return 'A key has no spaces, accents or other marks.';
  try {
    const headers = { authorization: `Bearer ${key}` };
    keepSession((await lab.http.request<SessionView>('POST', '/v1/session', { headers })).body);
  } catch (error) {
    // The service says whether it does not know the key, or knows that it is over.
    if (error instanceof BellcrankProblem && error.status === 401) return sentence(error.detail);
    return error instanceof Error ? error.message : String(error);
  }
  reconnect();
  return '';
}

function sentence(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1, 300)}.`;
}
