import type { Clock } from '../clock.ts';
import { driverNow } from '../device/cause.ts';
import type { Log } from '../driver/contract.ts';
import { asError } from '../errors.ts';
import { Ration } from '../observe/ration.ts';

const what =
  'a promise of the driver was rejected, and nobody awaits it; in the driver it has to be awaited, or caught with `.catch`';
/** Of one device's. */
const perSecond = 5;

/** Which devices are simulated. */
interface Devices {
  find(id: string): { readonly simulated: boolean } | undefined;
}

/**
 * Tells of a promise that was rejected within a driver's call, and that nobody awaits. True if it was: the other devices
 * are not to pay for it, and nothing of ours depends on what nobody awaits.
 */
export function blameOn(log: Log, clock: Clock, devices: Devices): (error: unknown) => boolean {
  const ration = new Ration(clock, perSecond);
  return (error) => {
    const cause = driverNow();
    if (cause === undefined) return false;
    const { device = '' } = cause;
    const fields = { ...cause, ...(devices.find(device)?.simulated === true && { simulated: true }) };
    const onLeft = (count: number): void => log.error({ ...fields, count }, 'as many more were rejected');
    if (ration.take(device, onLeft)) log.error({ ...fields, err: asError(error) }, what);
    return true;
  };
}
