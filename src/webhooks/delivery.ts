import type { StreamEntry } from '../stream/index.ts';

/** One message to a receiver, the same at each attempt. */
export interface Delivery {
  /** Which one it is, for a receiver that gets it twice. */
  readonly id: string;
  /** Wall clock, ms: when it happened. */
  readonly at: number;
  /** JSON. */
  readonly body: string;
  /** What follows elsewhere what brought it about (W3C Trace Context). */
  readonly traceparent?: string;
}

/** What was given up before it could be delivered. */
export interface Lost {
  readonly count: number;
  /** When the first and the last of them happened. */
  readonly from: number;
  readonly to: number;
  /** Its number in the queue. */
  readonly last: number;
}

/** An event of the stream: `data` is what the stream tells. */
export function deliveryOf({ id, at, type, device, json, data }: StreamEntry, traceparent?: string): Delivery {
  const simulated = 'simulated' in data && data.simulated === true;
  const head = { id: `evt_${id}`, type, at: new Date(at).toISOString(), ...(device === undefined ? {} : { device }) };
  // Serialised once for everybody already.
  const body = `${JSON.stringify(head).slice(0, -1)},"data":${json},"simulated":${simulated}}`;
  return { id: head.id, at, body, ...(traceparent !== undefined && { traceparent }) };
}

const gapPrefix = 'gap_';

/** Tells a receiver that it has missed something. */
export function gapOf({ count, from, to, last }: Lost): Delivery {
  const id = `${gapPrefix}${to}_${last}`;
  const at = new Date(to).toISOString();
  const reload = ['/v1/devices', '/v1/alarms', '/v1/commands'];
  const data = { dropped: count, from: new Date(from).toISOString(), to: at, reload };
  return { id, at: to, body: JSON.stringify({ id, type: 'gap', at, data, simulated: false }) };
}

export function isGap({ id }: Delivery): boolean {
  return id.startsWith(gapPrefix);
}

export function lostMore(before: Lost | undefined, at: number, number: number): Lost {
  return { count: (before?.count ?? 0) + 1, from: before?.from ?? at, to: at, last: number };
}
