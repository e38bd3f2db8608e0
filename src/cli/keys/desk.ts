import type { NewKey } from '../../access/keys/book.ts';
import type { KeyView } from '../../access/keys/view.ts';

/** A new key, and what is kept of it. */
export interface Made extends KeyView {
  readonly key: string;
}

/** Where keys are made and ended: a running service, or the file of one on this machine. */
export interface KeyDesk {
  list(): Promise<readonly KeyView[]>;
  create(wanted: NewKey): Promise<Made>;
  rotate(of: string, overlapMs: number, expiresAt: number | undefined): Promise<Made>;
  revoke(of: string): Promise<readonly KeyView[]>;
}
