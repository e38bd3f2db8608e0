import { useState, useSyncExternalStore } from 'react';
import { forgetSession, onSession, session } from '../boot/session.ts';
import { lab, useConnection } from '../live/index.ts';

/** Ends the session, and forgets everything that was shown with it. */
export function SignOut() {
  const { state } = useConnection();
  const { signedIn, name } = useSyncExternalStore(onSession, session);
  const [failure, fail] = useState('');
  if (state === 'denied' || !signedIn) return null;
  const leave = async (): Promise<void> => {
    try {
      await lab.http.request('DELETE', '/v1/session');
    } catch (error) {
      return fail(error instanceof Error ? error.message : String(error));
    }
    forgetSession();
    location.reload();
  };
  return (
    <>
      <span className="who">{name}</span>
      <button type="button" onClick={() => void leave()}>
        Sign out
      </button>
      {failure !== '' && <span role="alert">Still signed in: {failure}</span>}
    </>
  );
}
