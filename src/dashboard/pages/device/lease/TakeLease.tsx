import { type FormEvent, useState } from 'react';
import { Button } from '../../../permission/Button.tsx';

export interface Wish {
  readonly ttlMs: number;
  readonly note: string;
  readonly onExpiry: 'release' | 'stop';
}

const minutes = [1, 5, 15, 60, 480];

/** For how long, why, and what becomes of the device if nobody renews. */
export function TakeLease({ busy, onTake }: { readonly busy: boolean; readonly onTake: (wish: Wish) => void }) {
  const [ttl, setTtl] = useState(15);
  const [note, setNote] = useState('');
  const [stop, setStop] = useState(false);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    onTake({ ttlMs: ttl * 60_000, note: note.trim(), onExpiry: stop ? 'stop' : 'release' });
  };
  return (
    <form className="lease-form" onSubmit={submit}>
      <label>
        For
        <select value={ttl} onChange={({ target }) => setTtl(Number(target.value))}>
          {minutes.map((each) => (
            <option key={each} value={each}>
              {each < 60 ? `${each} min` : `${each / 60} h`}
            </option>
          ))}
        </select>
      </label>
      <label>
        Why
        <input
          type="text"
          value={note}
          maxLength={200}
          placeholder="for whoever finds it taken"
          onChange={({ target }) => setNote(target.value)}
        />
      </label>
      <label className="check">
        <input type="checkbox" checked={stop} onChange={({ target }) => setStop(target.checked)} />
        Stop the device if I do not renew
      </label>
      <Button type="submit" className="quiet" aria-disabled={busy}>
        Take it
      </Button>
    </form>
  );
}
