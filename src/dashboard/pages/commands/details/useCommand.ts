import { useMemo } from 'react';
import { useAsked } from '../../../asking/useAsked.ts';
import type { CommandView } from '../../../../client/index.ts';
import { lab, useCommands, useConnection } from '../../../live/index.ts';
import { isLater } from '../listed.ts';

/** One command, as it stands now. */
export function useCommand(id: string): { readonly command: CommandView | undefined; readonly error: unknown } {
  const path = `/v1/commands/${encodeURIComponent(id)}`;
  // Of what happened while nothing was heard the latest alone are told.
  const changes = useConnection().state === 'live' ? 'live' : 'lost';
  const { answer, error } = useAsked(
    path,
    async (signal) => (await lab.http.request<CommandView>('GET', path, { signal })).body,
    { changes },
  );
  const heard = useCommands();
  return useMemo(() => {
    const latest = heard.find((each) => each.id === id);
    const command = latest !== undefined && (answer === undefined || isLater(latest, answer)) ? latest : answer;
    return { command, error: command === undefined ? error : undefined };
  }, [answer, error, heard, id]);
}
