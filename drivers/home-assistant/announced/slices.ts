import type { Clock } from '../../../src/driver/index.ts';
import type { DeviceRecord } from './record.ts';

/** What is read in one turn of the event loop: ten milliseconds or so. */
const sliceBytes = 24 * 1024;

/** Tells of each, and lets others have their turn in between: thousands that come at once take seconds. */
export async function inSlices(
  records: Iterable<DeviceRecord>,
  clock: Clock,
  tell: (record: DeviceRecord) => void,
): Promise<void> {
  let bytes = 0;
  for (const record of records) {
    tell(record);
    bytes += record.bytes;
    if (bytes < sliceBytes) continue;
    bytes = 0;
    await clock.ioTurn();
  }
}
