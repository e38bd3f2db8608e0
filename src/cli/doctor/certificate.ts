import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Clock } from '../../clock.ts';
import { messageOf } from '../../errors.ts';
import type { Finding } from './finding.ts';

const dayMs = 86_400_000;
/** Time enough to have it renewed. */
const soonDays = 21;

export async function checkCertificate(path: string, clock: Clock): Promise<Finding> {
  const about = { check: 'certificate', of: path } as const;
  try {
    const { validToDate, validFromDate, subject } = new X509Certificate(await readFile(path));
    const days = Math.floor((validToDate.getTime() - clock.now()) / dayMs);
    const until = `${subject.replaceAll('\n', ', ')}, until ${validToDate.toISOString()}`;
    const advice = 'have it renewed, then reload the service (bellcrank reload)';
    if (days < 0) return { ...about, status: 'fail', detail: `has expired: ${until}`, advice };
    if (validFromDate.getTime() > clock.now()) {
      const detail = `is not valid before ${validFromDate.toISOString()}`;
      return { ...about, status: 'fail', detail, advice: 'check the clock' };
    }
    if (days < soonDays) return { ...about, status: 'warn', detail: `expires in ${days} days: ${until}`, advice };
    return { ...about, status: 'ok', detail: until };
  } catch (error) {
    return { ...about, status: 'fail', detail: messageOf(error), advice: 'check the path, and that it is PEM' };
  }
}
