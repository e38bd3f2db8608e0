/**
 * What one look found. `fail`: as it is, the service does not start, a device cannot work, or a secret is open to others.
 * `warn`: it may come to that. `unchecked`: nobody looked, and `detail` says why.
 */
export type Status = 'ok' | 'warn' | 'fail' | 'unchecked';

export interface Finding {
  /** What was looked at: `port`, `clock`. */
  readonly check: string;
  /** Which, where there are several: the name of a connection, a file. */
  readonly of?: string;
  readonly status: Status;
  /** It is about a simulator of someone else’s. */
  readonly simulated?: true;
  readonly detail: string;
  /** What to do. */
  readonly advice?: string;
}

/** Worst first. */
export const statuses: readonly Status[] = ['fail', 'warn', 'unchecked', 'ok'];

export function worst(findings: readonly Finding[]): Status {
  return statuses.find((status) => findings.some((finding) => finding.status === status)) ?? 'ok';
}
