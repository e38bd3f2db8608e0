/** What one look found. `fail`: the service does not start, or a device cannot work. `warn`: it may come to that. */
export type Status = 'ok' | 'warn' | 'fail';

export interface Finding {
  /** What was looked at: `port`, `clock`. */
  readonly check: string;
  /** Which, where there are several: the name of a connection, a folder. */
  readonly of?: string;
  readonly status: Status;
  readonly detail: string;
  /** What to do. */
  readonly advice?: string;
}

export function worst(findings: readonly Finding[]): Status {
  const order: readonly Status[] = ['fail', 'warn', 'ok'];
  return order.find((status) => findings.some((finding) => finding.status === status)) ?? 'ok';
}
