import type { Audit } from '../audit/sink.ts';
import type { LeaseEvent } from '../command/leases/lease.ts';
import type { ParentLog } from '../device/settings.ts';

/** What a lease came to by itself, and from whom one was taken: requests tell the rest. */
export function tellLease(audit: Audit, event: LeaseEvent, simulated: boolean): void {
  const { kind, device, holder, note, from } = event;
  if (kind === 'granted' || kind === 'renewed' || kind === 'released') return;
  const about = { device, ...(simulated ? { simulated } : {}), by: holder, from: undefined };
  const params = from === undefined ? { note } : { note, holderBefore: from.holder };
  const words = {
    stolen: 'leaseStolen',
    expired: 'leaseExpired',
    dropped: 'leaseDropped',
    'stop-failed': 'leaseStopFailed',
  };
  audit.add({ ...about, what: words[kind], params });
}

export function logLease(log: ParentLog, { kind, ...event }: LeaseEvent, simulated: boolean): void {
  const fields = simulated ? { ...event, simulated } : event;
  if (kind === 'stop-failed') log.error(fields, 'the stop of a lease that ran out failed');
  else if (kind === 'stolen' || kind === 'expired') log.warn(fields, `lease ${kind}`);
  else log.info(fields, `lease ${kind}`);
}
