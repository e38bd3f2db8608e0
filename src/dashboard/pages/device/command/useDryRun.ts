import { useRef, useState } from 'react';
import { BellcrankProblem, type DryRunView } from '../../../../client/index.ts';
import { lab } from '../data/shared.ts';
import { messageOf } from '../data/message.ts';
import { requestOf, type Target } from '../data/paths.ts';
import { leaseHeaders } from '../lease/token.ts';

export type DryRunState =
  | { readonly run: DryRunView }
  | { readonly error: string }
  | { readonly asking: true }
  | undefined;

/** Asks what would leave. A newer question wins. */
export function useDryRun(device: string, target: Target) {
  const [state, setState] = useState<DryRunState>();
  const turn = useRef(0);
  const ask = async (params: unknown): Promise<void> => {
    const own = (turn.current += 1);
    const tell = (told: DryRunState): void => {
      if (own === turn.current) setState(told);
    };
    tell({ asking: true });
    const { method, path, body } = requestOf(device, target, params);
    try {
      const more = { query: { dryRun: 'true' }, body, headers: leaseHeaders(device) };
      tell({ run: (await lab.http.request<DryRunView>(method, path, more)).body });
    } catch (error) {
      tell({ error: errorOf(error) });
    }
  };
  const forget = (): void => {
    turn.current += 1;
    setState(undefined);
  };
  return { state, ask, forget };
}

function errorOf(error: unknown): string {
  if (!(error instanceof BellcrankProblem)) return messageOf(error);
  const more = error.errors.map(({ pointer, detail }) => `${pointer} ${detail}`);
  return more.length > 0 ? more.join('; ') : error.detail;
}
