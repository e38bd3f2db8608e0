import type { Clock } from '../clock.ts';
import { driverNow } from '../device/cause.ts';
import type { Log } from '../driver/contract.ts';
import { asError } from '../errors.ts';
import { ownFolder } from '../own-files.ts';
import { Ration } from '../observe/ration.ts';

const rejected =
  'a promise of the driver was rejected, and nobody awaits it; in the driver it has to be awaited, or caught with `.catch`';
const thrown =
  'the driver threw where nobody can catch it (a timer, a listener of a signal); the device and others go on';
/** Of one device's. */
const perSecond = 5;

/** Which devices are simulated. */
interface Devices {
  find(id: string): { readonly simulated: boolean } | undefined;
}

/** Whether what nobody caught is a driver's; `isThrown`: it was no promise. */
export type Blame = (error: unknown, isThrown?: boolean) => boolean;

/**
 * Tells of a promise that was rejected within a driver's call, and that nobody awaits, or of what was thrown there and nobody
 * could catch. True if it was: the other devices are not to pay for it, and nothing of ours depends on what nobody awaits. What
 * code of ours throws that a driver has called is not the driver's.
 */
export function blameOn(log: Log, clock: Clock, devices: Devices): Blame {
  const ration = new Ration(clock, perSecond);
  return (error, isThrown = false) => {
    const cause = driverNow();
    if (cause === undefined || (isThrown && isOurs(error))) return false;
    const { device = '' } = cause;
    const fields = { ...cause, ...(devices.find(device)?.simulated === true && { simulated: true }) };
    const onLeft = (count: number): void => log.error({ ...fields, count }, 'as many more were rejected');
    if (ration.take(device, onLeft)) log.error({ ...fields, err: asError(error) }, isThrown ? thrown : rejected);
    return true;
  };
}

/** By the file that threw: of the checkout's `src/`, or of the package's `dist/`. */
function isOurs(error: unknown): boolean {
  const file = /file:\/\/[^\n)]+/.exec((error instanceof Error && error.stack) || '')?.[0];
  return file?.startsWith(ownFolder.href) === true;
}
