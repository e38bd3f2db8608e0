/** What becomes of a device whose lease runs out. */
export type OnExpiry = 'release' | 'stop';

/** The shortest and the longest time to live, in ms. */
export const ttlBounds = { minimum: 100, maximum: 86_400_000 } as const;

/** Characters that a note may have. */
export const maxNote = 200;

/** A lease as it is kept: `lease:<device>`. The token itself is never kept, only its digest. */
export interface LeaseFact {
  /** SHA-256 of the token, base64url. */
  readonly tokenHash: string;
  /** Who took it. */
  readonly holder: string;
  /** Why, in the holder's words; may be empty. */
  readonly note: string;
  readonly ttlMs: number;
  readonly onExpiry: OnExpiry;
  /** Ms since 1970. */
  readonly grantedAt: number;
  /** Ms since 1970; carries the deadline over a restart, and does nothing else. */
  readonly expiresAt: number;
  /** Names this grant in the log, where the token must not stand. Grows from grant to grant while the process lives. */
  readonly generation: number;
  /** From whom it was stolen. */
  readonly stolenFrom?: string;
  /** It has run out and its stop is still owed. */
  readonly expired?: true;
}

/** What a client asks for when it takes, renews or steals. */
export interface LeaseRequest {
  readonly by: string;
  readonly ttlMs: number;
  /** What is left out stays as it is when a lease is renewed. */
  readonly note?: string | undefined;
  readonly onExpiry?: OnExpiry | undefined;
  /** With the token of the lease it is renewed. */
  readonly token?: string | undefined;
  /** Take it from whoever holds it. */
  readonly steal?: boolean;
}

/** A lease as everybody may see it. */
export interface Lease {
  readonly holder: string;
  readonly note: string;
  readonly ttlMs: number;
  readonly onExpiry: OnExpiry;
  /** Ms since 1970. */
  readonly grantedAt: number;
  /** Ms since 1970, by the wall clock as it goes now. */
  readonly expiresAt: number;
  readonly stolenFrom?: string;
}

/** A lease for its holder. */
export interface Granted {
  readonly lease: Lease;
  readonly token: string;
  /** Whether it was there before and goes on. */
  readonly renewed: boolean;
}

/** What happened to a lease, for the record and the log. */
export interface LeaseEvent {
  readonly kind: 'granted' | 'renewed' | 'stolen' | 'released' | 'expired' | 'dropped' | 'stop-failed';
  readonly device: string;
  readonly generation: number;
  readonly holder: string;
  readonly note: string;
  readonly onExpiry: OnExpiry;
  /** Of a lease that was stolen: from whom, and which. */
  readonly from?: { readonly holder: string; readonly generation: number };
}
