import { useState } from 'react';
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
  const ask = async (params: unknown): Promise<void> => {
    setState({ asking: true });
    const { method, path, body } = requestOf(device, target, params);
    try {
      const more = { query: { dryRun: 'true' }, body, headers: leaseHeaders(device) };
      setState({ run: (await lab.http.request<DryRunView>(method, path, more)).body });
    } catch (error) {
      setState({ error: errorOf(error) });
    }
  };
  return { state, ask, forget: () => setState(undefined) };
}

function errorOf(error: unknown): string {
  if (!(error instanceof BellcrankProblem)) return messageOf(error);
  const more = error.errors.map(({ pointer, detail }) => `${pointer} ${detail}`);
  return more.length > 0 ? more.join('; ') : error.detail;
}
