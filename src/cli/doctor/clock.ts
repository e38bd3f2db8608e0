import type { Finding } from './finding.ts';
import type { Host } from './host.ts';

/** This version was not there yet, ms since 1970. */
const builtAt = Date.UTC(2026, 0, 1);
const advice = 'have it set by NTP, as with: timedatectl set-ntp true';

/** Time stamps of records, certificates and keys that expire go by the wall clock. */
export async function checkClock({ clock, synchronised }: Pick<Host, 'clock' | 'synchronised'>): Promise<Finding> {
  const now = new Date(clock.now()).toISOString();
  const about = { check: 'clock' } as const;
  if (clock.now() < builtAt) return { ...about, status: 'fail', detail: `it says ${now}, which is long over`, advice };
  const isSynchronised = await synchronised();
  if (isSynchronised === true) return { ...about, status: 'ok', detail: `${now}, synchronised` };
  if (isSynchronised === false) return { ...about, status: 'warn', detail: `${now}, not synchronised`, advice };
  const detail = `${now}; whether it is synchronised only systemd (timedatectl) could say, which does not answer here`;
  return { ...about, status: 'unchecked', detail };
}
