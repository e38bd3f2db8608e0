import type { RemoteFlags } from '../sub-command.ts';

export interface LeaseFlags extends RemoteFlags {
  /** Seconds. */
  readonly ttl?: number;
  readonly note?: string;
  readonly onExpiry?: 'release' | 'stop';
  readonly steal?: true;
  readonly lease?: string;
}

/** What a lease is asked for with. */
export function wishes({ ttl = 30, note, onExpiry, steal }: LeaseFlags) {
  return { ttlMs: Math.round(ttl * 1000), note, onExpiry, steal };
}
