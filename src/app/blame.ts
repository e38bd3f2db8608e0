import { driverNow } from '../device/cause.ts';
import type { Log } from '../driver/contract.ts';
import { asError } from '../errors.ts';

const what =
  'a promise of the driver was rejected, and nobody awaits it; in the driver it has to be awaited, or caught with `.catch`';

/**
 * Tells of a promise that was rejected within a driver's call, and that nobody awaits. True if it was: the other devices
 * are not to pay for it, and nothing of ours depends on what nobody awaits.
 */
export function blameOn(log: Log): (error: unknown) => boolean {
  return (error) => {
    const cause = driverNow();
    if (cause === undefined) return false;
    log.error({ ...cause, err: asError(error) }, what);
    return true;
  };
}
