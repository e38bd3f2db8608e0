import { useRef, useState } from 'react';
import { messageOf } from './message.ts';

/** Something that a button does: once at a time, with what went wrong in words. */
export function useAction() {
  const [state, setState] = useState<{ busy: boolean; error: string }>({ busy: false, error: '' });
  const busy = useRef(false);
  const run = async (act: () => Promise<unknown>): Promise<boolean> => {
    if (busy.current) return false;
    busy.current = true;
    setState({ busy: true, error: '' });
    try {
      await act();
      setState({ busy: false, error: '' });
      return true;
    } catch (error) {
      setState({ busy: false, error: messageOf(error) });
      return false;
    } finally {
      busy.current = false;
    }
  };
  return { ...state, run };
}
