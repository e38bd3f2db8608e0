import { useCallback, useState } from 'react';

export interface Act {
  readonly isBusy: boolean;
  /** Why what was done last did not come about; undefined if it did. */
  readonly error: unknown;
  /** Does something; resolves with whether it was done, and never rejects. */
  readonly act: (does: () => Promise<unknown>) => Promise<boolean>;
  readonly forget: () => void;
}

/** Something that a person does, and what is said where it does not come about. */
export function useAct(): Act {
  const [state, setState] = useState<{ isBusy: boolean; error: unknown }>({ isBusy: false, error: undefined });
  const act = useCallback(async (does: () => Promise<unknown>) => {
    setState({ isBusy: true, error: undefined });
    try {
      await does();
      setState({ isBusy: false, error: undefined });
      return true;
    } catch (error) {
      setState({ isBusy: false, error });
      return false;
    }
  }, []);
  const forget = useCallback(() => setState({ isBusy: false, error: undefined }), []);
  return { ...state, act, forget };
}
