import { useEffect } from 'react';
import { type Connection, reconnect, useConnection } from '../live/index.ts';
import { Ago } from '../widgets/Ago.tsx';

/** Says at once when what is shown is old, and marks all of it. */
export function ConnectionNotice() {
  const connection = useConnection();
  const { state } = connection;
  useEffect(() => {
    document.documentElement.dataset['connection'] = state;
  }, [state]);
  return (
    <div className={`connection ${state}`}>
      <span role="status">{texts[state]}</span>
      <Since {...connection} />
      {state === 'lost' && (
        <button type="button" onClick={reconnect}>
          Try now
        </button>
      )}
    </div>
  );
}

const texts: Readonly<Record<Connection['state'], string>> = {
  live: 'Live',
  connecting: 'Connecting …',
  lost: 'Connection lost: everything shown is old.',
  denied: 'Not signed in: nothing here is live.',
};

function Since({ state, since }: Connection) {
  if (state !== 'lost') return null;
  return (
    <span className="since">
      Since <Ago at={since} />. It goes on by itself.
    </span>
  );
}
