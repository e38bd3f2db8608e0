import { X509Certificate } from 'node:crypto';
import { readFailure, type ReadFile } from '../../config/index.ts';
import type { Finding } from './finding.ts';
import type { Host } from './host.ts';

const dayMs = 86_400_000;
/** Time enough to have it renewed. */
const soonDays = 21;
const maxBytes = 1024 * 1024;
const blocks = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/** Whether what a file holds is valid, and for how long yet; of several, the one that ends first. `file`: a path, or PEM. */
export async function checkCertificate(
  name: string,
  file: string,
  read: ReadFile,
  { clock }: Pick<Host, 'clock'>,
): Promise<Finding> {
  const isPem = file.includes('-----BEGIN ');
  const about = { check: 'certificate', of: isPem ? name : `${name} (${file})` } as const;
  const advice = 'check that it is there and holds certificates in PEM';
  try {
    const text = isPem ? file : Buffer.from(await read(file, maxBytes)).toString('latin1');
    const all = (text.match(blocks) ?? []).map((block) => new X509Certificate(block));
    const [first] = all.toSorted((a, b) => a.validToDate.getTime() - b.validToDate.getTime());
    if (first === undefined) return { ...about, status: 'fail', detail: 'holds no certificate', advice };
    const its = judged(first, clock.now());
    if (its.status === 'fail' || leadsOn(all)) return { ...about, ...its };
    const after = 'put those behind it that its authority gives along (certbot: fullchain.pem)';
    return { ...about, status: 'warn', detail: 'none of those behind the first has signed it', advice: after };
  } catch (error) {
    const detail = error instanceof Error && 'syscall' in error ? readFailure(error) : 'holds no certificate';
    return { ...about, status: 'fail', detail, advice };
  }
}

/** What stands behind a service's own is for clients to get from it to a root; lists of authorities lead nowhere. */
function leadsOn([own, ...others]: readonly X509Certificate[]): boolean {
  return own === undefined || own.ca || others.length === 0 || others.some((other) => own.checkIssued(other));
}

function judged({ validFromDate, validToDate, subject }: X509Certificate, now: number): Omit<Finding, 'check' | 'of'> {
  const days = Math.floor((validToDate.getTime() - now) / dayMs);
  const until = `${subject.replaceAll('\n', ', ')}, until ${validToDate.toISOString()}`;
  const advice = 'have it renewed, then reload the service (bellcrank reload)';
  if (validFromDate.getTime() > now) {
    const detail = `${subject.replaceAll('\n', ', ')} is not valid before ${validFromDate.toISOString()}`;
    return { status: 'fail', detail, advice: 'check the clock' };
  }
  if (validToDate.getTime() < now) return { status: 'fail', detail: `has expired: ${until}`, advice };
  if (days < soonDays) return { status: 'warn', detail: `expires in ${days} days: ${until}`, advice };
  return { status: 'ok', detail: until };
}
