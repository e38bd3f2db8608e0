import { useEffect, useState } from 'react';

/** How often it is looked again, in ms: somebody may have made a key. */
const lookMs = 60_000;

/** Says on every page that the service is open to whoever reaches it (`serve --insecure`). */
export function Insecure() {
  const [isInsecure, setInsecure] = useState(false);
  useEffect(() => {
    const look = (): void => void askHealth().then(setInsecure);
    look();
    const timer = setInterval(look, lookMs);
    return () => clearInterval(timer);
  }, []);
  if (!isInsecure) return null;
  return (
    <p className="insecure" role="alert">
      <b>INSECURE</b> Anyone who reaches this service can move the devices: it has no credentials. Make a key with{' '}
      <code>bellcrank keys create</code>.
    </p>
  );
}

async function askHealth(): Promise<boolean> {
  try {
    const answer = await fetch('/health/ready', { cache: 'no-store' });
    return (Object(await answer.json()) as { readonly insecure?: unknown }).insecure === true;
  } catch {
    // The connection’s state tells that nobody answers.
    return false;
  }
}
