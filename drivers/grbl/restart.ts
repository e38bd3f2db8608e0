import { BellcrankError, type ByteWire, type Call, DryRunEnd } from '../../src/driver/index.ts';
import { realtime } from './codec/realtime.ts';
import { bannerWithinMs } from './link.ts';
import type { Machine } from './machine.ts';

const attempts = 3;

/**
 * Writes what resets the controller, and waits until it says that it started afresh. Right after a critical alarm, and
 * while it writes its EEPROM, it does not hear, so the reset is sent again where it may be.
 */
export async function restart(
  machine: Machine,
  bytes: Uint8Array,
  call: Call<ByteWire> | Call<ByteWire, never>,
  mayRepeat: () => boolean = () => true,
): Promise<void> {
  const { link } = machine;
  if (call.dryRun) {
    await link.command(call, bytes);
    throw new DryRunEnd(true);
  }
  // What interrupted resets are still owed does not answer this one. One start-up message may also answer all of them:
  // once that time is over they are owed nothing more.
  const owed = link.resetsOwed;
  const before = link.resets;
  for (let attempt = 0; attempt < attempts; attempt++) {
    const enough = link.resets + 1 + (attempt === 0 ? owed : 0);
    if (attempt === 0 || mayRepeat()) await link.reset(call, attempt === 0 ? bytes : realtime.reset);
    await link.hearing.until(() => link.resets >= enough, bannerWithinMs, call.signal);
    if (link.resets >= enough) return;
    // It heard them as one: any that it had heard after its start would have made it start once more.
    if (link.resets > before && !mayRepeat()) return;
  }
  // One that only an alarm has locked would have heard one of them.
  link.locked = false;
  const ms = bannerWithinMs * attempts;
  throw new BellcrankError('device-timeout', `the controller did not start afresh within ${ms} ms`);
}
