import { useEffect } from 'react';
import { useConnection } from '../live/index.ts';

/** Whoever came here from the reference of the API, to sign in, goes back there. */
export function ToReference() {
  const { state } = useConnection();
  useEffect(() => {
    if (state === 'live') location.replace('/docs');
  }, [state]);
  return <p className="loading">To the API docs …</p>;
}
