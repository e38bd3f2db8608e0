import { sendSignedIn } from './session.ts';

/** What the service answers for one device (`POST /v1/stop`), as far as it is read here. */
export interface DeviceStop {
  readonly device: string;
  readonly simulated: boolean;
  readonly outcome?: string;
  readonly confirmation: string | null;
  readonly recorded: boolean;
  readonly error?: { readonly code: string; readonly detail: string };
}

/** How far a stop of everything reached: not everybody may stop every device. */
export interface Reach {
  /** Whether it was every device, those that are added from now on included. */
  readonly everything: boolean;
  /** How many were left as they are, and which of them one may know of. */
  readonly left: number;
  readonly notAllowed: readonly string[];
}

export type StopAnswer =
  | { readonly kind: 'answered'; readonly devices: readonly DeviceStop[]; readonly reach: Reach }
  /** The service said no: this request changed nothing. */
  | { readonly kind: 'refused'; readonly status: number; readonly detail: string }
  /** Nobody knows whether the request arrived. */
  | { readonly kind: 'lost'; readonly detail: string };

export interface StopAsk {
  readonly method: 'POST' | 'DELETE';
  /** Every device if absent. */
  readonly device?: string;
}

/** Stops or releases. The request outlives the page that sends it, and is never sent again by itself once it may have arrived. */
export async function askStop({ method, device }: StopAsk, send: typeof fetch = fetch): Promise<StopAnswer> {
  const path = device === undefined ? '/v1/stop' : `/v1/devices/${encodeURIComponent(device)}/stop`;
  try {
    return await read(method, await sendSignedIn(send, path, { method, keepalive: true, cache: 'no-store' }));
  } catch (error) {
    return { kind: 'lost', detail: error instanceof Error ? error.message : String(error) };
  }
}

async function read(method: StopAsk['method'], response: Response): Promise<StopAnswer> {
  const { ok, status, statusText } = response;
  if (status === 204 && method === 'DELETE') return { kind: 'answered', devices: [], reach: reachOf({}) };
  const body = parse(await response.text());
  const { code, detail, items, stopped } = body;
  if (!ok && typeof code === 'string') {
    return { kind: 'refused', status, detail: typeof detail === 'string' ? detail : statusText };
  }
  // The shape is the service's own.
  const devices = (Array.isArray(items) ? items : [body]) as DeviceStop[];
  const isItsOwn = ok && method === 'POST' && (Array.isArray(items) || stopped === true);
  if (isItsOwn) return { kind: 'answered', devices, reach: reachOf(body) };
  // What stands between (a proxy, a page to sign in) cannot tell whether the request got through.
  return { kind: 'lost', detail: `what answered with ${status} is not the service` };
}

/** What is not said is not taken for granted. */
function reachOf({ everything, left, notAllowed }: Record<string, unknown>): Reach {
  return {
    everything: everything === true,
    left: typeof left === 'number' ? left : 0,
    notAllowed: Array.isArray(notAllowed) ? notAllowed.map(String) : [],
  };
}

function parse(text: string): Record<string, unknown> {
  try {
    return Object(JSON.parse(text)) as Record<string, unknown>;
  } catch {
    return {};
  }
}
