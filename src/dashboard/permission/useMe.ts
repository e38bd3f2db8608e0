import { useMemo, useSyncExternalStore } from 'react';
import { type Asked, useAsked } from '../asking/useAsked.ts';
import { lab, useConnection } from '../live/index.ts';
import { onReason, reasonsToAsk } from './refusals.ts';

/** What somebody may do to one device, as the service says it (`GET /v1/me?device=`). */
export interface AllowedThere {
  readonly id: string;
  /** Actions that are theirs on every device, whatever its commands are called. */
  readonly everywhere: readonly string[];
  readonly actions: readonly string[];
  /** Names of commands, and `write:` and those of properties. */
  readonly commands: readonly string[];
}

interface Me {
  readonly name: string;
  /** `ACTION:DEVICES:COMMANDS`. */
  readonly scopes: readonly string[];
  /** Actions that are theirs on every device. */
  readonly everywhere: readonly string[];
  readonly device?: Omit<AllowedThere, 'everywhere'>;
}

/** Who looks at the page; undefined until it is known, and where the service cannot say. */
export function useMe(): Me | undefined {
  return useMeAt({}, '').answer;
}

/** The same for one device. `changes`: whenever it is another text, labels perhaps, it is asked for anew. */
export function useAllowed(device: string, changes = ''): AllowedThere | undefined {
  return allowedBy(useMeAt({ device }, changes).answer);
}

/** Whether it is known, or cannot be: until then nothing is said of what may be done. */
export function useAllowedOrNot(device: string, changes: string): { settled: boolean; allowed?: AllowedThere } {
  const { answer, error } = useMeAt({ device }, changes);
  const allowed = useMemo(() => allowedBy(answer), [answer]);
  return { settled: answer !== undefined || error !== undefined, ...(allowed === undefined ? {} : { allowed }) };
}

function allowedBy(me: Me | undefined): AllowedThere | undefined {
  return me?.device && { ...me.device, everywhere: me.everywhere };
}

function useMeAt(query: { readonly device?: string }, changes: string): Asked<Me> {
  const { state } = useConnection();
  const reasons = useSyncExternalStore(onReason, reasonsToAsk);
  const ask = async (signal: AbortSignal): Promise<Me> =>
    (await lab.http.request<Me>('GET', '/v1/me', { query, signal })).body;
  return useAsked(`me at ${query.device ?? ''}`, ask, { changes: `${state} ${reasons} ${changes}` });
}
