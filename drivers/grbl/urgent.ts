import { type ByteWire, type Call, DryRunEnd } from '../../src/driver/index.ts';
import { realtime } from './codec/realtime.ts';
import type { Report } from './codec/report.ts';
import { lockedUntilReset, noStatus, notNow } from './failures.ts';
import type { Machine } from './machine.ts';
import { restart } from './restart.ts';

type UrgentCall = Call<ByteWire, never>;

/** How often the state is looked at. */
const lookEveryMs = 100;

/** Longest for a state to be there: a machine takes its time to slow down. */
const stateWithinMs = 2500;

/** Writes a real-time command that nothing tells the effect of. */
export async function byteCommand(
  machine: Machine,
  bytes: Uint8Array,
  call: UrgentCall,
): Promise<Record<string, never>> {
  await machine.link.command(call, bytes);
  if (call.dryRun) throw new DryRunEnd(true);
  return {};
}

/** Feed hold: it is over when the state is Hold:0; a jog it ends, and then the state is Idle. */
export async function hold(machine: Machine, call: UrgentCall): Promise<Record<string, never>> {
  const wasJogging = machine.jogs.size > 0 || machine.link.latest?.state === 'Jog';
  if (!call.dryRun) machine.cancelJogs();
  return await reached(machine, realtime.hold, call, (report) => {
    const { state } = report;
    if (state === 'Alarm' || state === 'Check' || state === 'Sleep') throw notNow(state, 'it is not moving');
    if (state === 'Idle') return wasJogging;
    return (state === 'Hold' || state === 'Door') && !isSlowing(report);
  });
}

/**
 * `~` is ignored while the machine slows down, so that is waited for. It is written once: again, it could undo a hold
 * that came meanwhile.
 */
export async function resume(machine: Machine, call: UrgentCall): Promise<Record<string, never>> {
  if (!call.dryRun) await look(machine, call, (report) => !isSlowing(report));
  return await reached(machine, realtime.resume, call, ({ state, subState }) => {
    if (state === 'Door' && subState === 1) throw notNow('Door', 'the door is still open');
    if (state === 'Alarm' || state === 'Sleep') throw notNow(state, 'there is nothing to go on with');
    return state !== 'Hold' && (state !== 'Door' || subState === 3);
  });
}

/** Hold:1 and Door:2 (GRBL 1.1, interface: "Machine State"). */
function isSlowing({ state, subState }: Report): boolean {
  return (state === 'Hold' && subState === 1) || (state === 'Door' && subState === 2);
}

export async function jogCancel(machine: Machine, call: UrgentCall): Promise<Record<string, never>> {
  const jogs = call.dryRun ? [] : machine.cancelJogs();
  await machine.link.command(call, realtime.jogCancel);
  if (call.dryRun) throw new DryRunEnd(false);
  // The controller ignores a cancel before it has read the jog's line: then the jog ends when that has been answered.
  const isOnItsWay = (): boolean => jogs.some(({ isUnanswered }) => isUnanswered);
  await machine.link.hearing.until(() => !isOnItsWay(), stateWithinMs, call.signal);
  return await confirmed(machine, call, ({ state }) => state !== 'Jog' && !isOnItsWay());
}

/**
 * Motion stops at once, and what is queued is dropped; the controller says that it started afresh. Only one that an alarm
 * has locked is reset again: of any other a second reset could undo what came in between.
 */
export async function softReset(machine: Machine, call: UrgentCall): Promise<Record<string, never>> {
  await restart(machine, realtime.reset, call, () => machine.link.locked);
  call.confirm('acknowledged', { banner: machine.link.banner ?? '' });
  return {};
}

/** Feed hold and reset in one write. */
export async function stop(machine: Machine, call: Call<ByteWire>): Promise<void> {
  machine.losePosition();
  await restart(machine, realtime.stop, call);
  call.confirm('acknowledged', { banner: machine.link.banner ?? '' });
}

/** Writes a real-time command, then asks for the state until it is as wished. */
async function reached(
  machine: Machine,
  bytes: Uint8Array,
  call: UrgentCall,
  isReached: (report: Report) => boolean,
): Promise<Record<string, never>> {
  await machine.link.command(call, bytes);
  if (call.dryRun) throw new DryRunEnd(false);
  return await confirmed(machine, call, isReached);
}

async function confirmed(
  machine: Machine,
  call: UrgentCall,
  isReached: (report: Report) => boolean,
): Promise<Record<string, never>> {
  const { state, subState } = await look(machine, call, isReached);
  call.confirm('confirmed', { state, ...(subState !== undefined && { subState }) });
  return {};
}

/** Asks for the state until it is as wished. */
async function look(machine: Machine, call: UrgentCall, isWished: (report: Report) => boolean): Promise<Report> {
  const { clock, link } = machine;
  const giveUpAt = clock.monotonic() + stateWithinMs;
  while (clock.monotonic() < giveUpAt) {
    if (link.locked) throw lockedUntilReset(link.lastAlarm);
    const report = await link.ask(call, lookEveryMs);
    if (report !== undefined && isWished(report)) return report;
    if (report !== undefined) await pause(machine, call);
  }
  throw noStatus(stateWithinMs);
}

async function pause(machine: Machine, call: UrgentCall): Promise<void> {
  const { clock, link } = machine;
  const until = clock.monotonic() + lookEveryMs / 2;
  await link.hearing.until(() => clock.monotonic() >= until, lookEveryMs / 2, call.signal);
}
