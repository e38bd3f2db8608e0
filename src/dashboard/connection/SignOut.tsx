import { apiKey, keepApiKey } from '../boot/key.ts';
import { useConnection } from '../live/index.ts';

/** Forgets the key, and everything that was shown with it. */
export function SignOut() {
  const { state } = useConnection();
  if (state === 'denied' || apiKey() === undefined) return null;
  const leave = (): void => {
    keepApiKey(undefined);
    location.reload();
  };
  return (
    <button type="button" onClick={leave}>
      Sign out
    </button>
  );
}
