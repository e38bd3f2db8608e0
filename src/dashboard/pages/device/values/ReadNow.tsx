import { useState } from 'react';
import { messageOf } from '../data/message.ts';
import { usePage } from '../data/page.ts';
import { readFresh } from './read-fresh.ts';

/** Asks the device, and not what is known of it. */
export function ReadNow({ name, title }: { readonly name: string; readonly title: string }) {
  const { id } = usePage();
  const [state, setState] = useState<'idle' | 'reading' | 'read' | { readonly error: string }>('idle');
  const read = async (): Promise<void> => {
    setState('reading');
    try {
      await readFresh(id, name);
      setState('read');
    } catch (error) {
      setState({ error: messageOf(error) });
    }
  };
  return (
    <>
      <button
        type="button"
        className="quiet"
        aria-label={`Read ${title} now`}
        aria-disabled={state === 'reading'}
        onClick={() => void (state === 'reading' ? undefined : read())}
      >
        Read
      </button>
      <span role="status" className={typeof state === 'object' ? 'wrong told-read' : 'told-read visually-hidden'}>
        {typeof state === 'object' ? `Not read: ${state.error}.` : state === 'read' ? `${title} was read.` : ''}
      </span>
    </>
  );
}
