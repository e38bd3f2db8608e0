import type { BellcrankError } from '../errors.ts';
import type { AuditEntry } from './entry.ts';
import type { AuditPage, AuditQuery } from './page.ts';

/** Takes down what is done. Requests over HTTP that change something are taken down by themselves. */
export interface AuditSink {
  /** Never throws and never waits. */
  add(entry: AuditEntry): void;
}

/** The audit as the service uses it. */
export interface Audit extends AuditSink {
  /** Why nothing can be taken down now, for a person; undefined while it can. */
  readonly trouble: string | undefined;
  /** The error for what may not be done because it cannot be taken down now. */
  refusal(): BellcrankError | undefined;
  /** What is written, newest first. */
  page(query: AuditQuery): Promise<AuditPage>;
  /** Writes what waits, if that is possible now, and lets go of the files. */
  close(): Promise<void>;
}

/** Where nothing is taken down. */
export const noAudit: Audit = {
  page: async () => ({ items: [], next: undefined, damaged: 0 }),
  trouble: undefined,
  add: () => {},
  refusal: () => undefined,
  close: async () => {},
};
