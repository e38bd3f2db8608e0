import { useAsked } from '../asking/useAsked.ts';
import { lab, useConnection } from '../live/index.ts';

/** What somebody may do to one device, as the service says it (`GET /v1/me?device=`). */
export interface AllowedThere {
  readonly id: string;
  readonly actions: readonly string[];
  /** Names of commands, and `write:` and those of properties. */
  readonly commands: readonly string[];
}

interface Me {
  readonly name: string;
  /** `ACTION:DEVICES:COMMANDS`. */
  readonly scopes: readonly string[];
  readonly device?: AllowedThere;
}

/** Who looks at the page; undefined until it is known, and where the service cannot say. */
export function useMe(): Me | undefined {
  const { state } = useConnection();
  return useAsked('me', (signal) => ask({}, signal), { changes: state }).answer;
}

/** The same for one device. `changes`: whenever it is another text, labels perhaps, it is asked for anew. */
export function useAllowed(device: string, changes = ''): AllowedThere | undefined {
  const { state } = useConnection();
  const { answer } = useAsked(`me at ${device}`, (signal) => ask({ device }, signal), {
    changes: `${state} ${changes}`,
  });
  return answer?.device;
}

async function ask(query: { readonly device?: string }, signal: AbortSignal): Promise<Me> {
  return (await lab.http.request<Me>('GET', '/v1/me', { query, signal })).body;
}
