import { BellcrankError, type ByteWire, type Call, DryRunEnd } from '../../src/driver/index.ts';
import { type Axes, dwellLine, jogLine, type JogMode, type Move, moveLine } from './codec/line.ts';
import { realtime } from './codec/realtime.ts';
import type { Position } from './codec/report.ts';
import { endUnknown, failed } from './failures.ts';
import type { Jog, Machine } from './machine.ts';
import type { Sent } from './owed.ts';
import { combined } from './picture.ts';
import type { Task } from './task.ts';

type MotionCall = Call<ByteWire, Position>;

/** The homing cycle tells nothing until it is over; the call's own deadline bounds it. */
const homingSilenceMs = 170_000;

const axes = ['x', 'y', 'z'] as const;

/**
 * `ok` means queued. So a dwell follows, whose `ok` comes when all before it has been executed, and then the state: Idle
 * alone could be told before the motion begins.
 */
export async function moveTo(machine: Machine, move: Move, call: MotionCall): Promise<Position> {
  const text = moveLine(move);
  if (call.dryRun) return await dry(call, [text, dwellLine]);
  return await machine.run(call, 'motion', async (task) => {
    await machine.ready(call, task, ['Idle', 'Run', 'Jog', 'Alarm']);
    await sendAndWait(machine, task, call, text);
    await dwell(machine, task, call);
    await task.idle(() => shown(machine));
    return arrived(machine, call, (at) => missed(machine, at, move), move.isMachine);
  });
}

/** A jog is idle again when it is over: a dwell is not taken meanwhile, and the state is Jog before its `ok` comes. */
export async function jog(
  machine: Machine,
  target: Axes,
  feed: number,
  mode: JogMode,
  call: MotionCall,
): Promise<Position> {
  const text = jogLine(target, feed, mode);
  if (call.dryRun) return await dry(call, [text]);
  return await machine.run(call, 'motion', async (task) => {
    const goal = await jogging(machine, async (own) => {
      await machine.ready(call, task, ['Idle', 'Run', 'Jog', 'Alarm']);
      const wanted = goalOf(machine, target, mode);
      await sendJog(machine, task, call, own, text);
      await idleOrCancelled(machine, task, call, own);
      return wanted;
    });
    const miss = (at: Position): boolean => missed(machine, at, { ...goal, isMachine: true });
    if (call.cancelled.aborted && machine.picture.machine !== undefined && miss(machine.picture.machine)) {
      throw new BellcrankError('cancelled', 'the jog was cancelled, and the machine stands still');
    }
    return arrived(machine, call, miss, mode === 'machine');
  });
}

export async function home(machine: Machine, call: MotionCall): Promise<Position> {
  if (call.dryRun) return await dry(call, ['$H']);
  return await machine.run(call, 'motion', async (task) => {
    await machine.ready(call, task, ['Idle', 'Run', 'Jog', 'Alarm', 'Check']);
    const sent = await sendHoming(machine, call);
    if (sent !== undefined) await task.ok(sent, undefined, homingSilenceMs);
    await task.idle();
    return arrived(machine, call, () => false, true);
  });
}

/** The answer, an alarm or a reset ends what is said here: that the controller tells nothing meanwhile. */
async function sendHoming({ link }: Machine, call: MotionCall): Promise<Sent | undefined> {
  link.homing = true;
  try {
    const [sent] = await link.send(call, ['$H']);
    return sent;
  } catch (error) {
    link.homing = link.owed.bytes > 0;
    throw error;
  }
}

/** From here on others can end the jog. */
async function jogging<T>(machine: Machine, work: (own: Jog) => Promise<T>): Promise<T> {
  const own: Jog = { isCancelled: false, isUnanswered: false };
  machine.jogs.add(own);
  try {
    return await work(own);
  } finally {
    machine.jogs.delete(own);
  }
}

async function sendJog(machine: Machine, task: Task, call: MotionCall, own: Jog, text: string): Promise<void> {
  if (own.isCancelled || call.cancelled.aborted)
    throw new BellcrankError('cancelled', 'the jog was cancelled before it began');
  own.isUnanswered = true;
  try {
    await sendAndWait(machine, task, call, text);
  } finally {
    own.isUnanswered = false;
    machine.link.hearing.poke();
  }
}

/** The motion before it was taken, so a dwell that is refused tells nothing of that. */
async function dwell(machine: Machine, task: Task, call: MotionCall): Promise<void> {
  task.check();
  const [sent] = await machine.link.send(call, [dwellLine]);
  const answer = await task.until(
    () => sent?.answer,
    () => shown(machine),
  );
  if (answer !== 'ok') throw endUnknown(answer);
}

async function sendAndWait(machine: Machine, task: Task, call: MotionCall, text: string): Promise<void> {
  task.check();
  const [sent] = await machine.link.send(call, [text]);
  if (sent !== undefined) await task.ok(sent, () => shown(machine));
}

async function idleOrCancelled(machine: Machine, task: Task, call: MotionCall, own: Jog): Promise<void> {
  const { reports } = machine.link;
  const isOver = (): true | undefined => {
    const { link } = machine;
    return link.reports !== reports && link.latest?.state === 'Idle' ? true : undefined;
  };
  const ended = await task.until(
    () => (call.cancelled.aborted || own.isCancelled ? 'cancelled' : isOver()),
    () => shown(machine),
  );
  if (ended !== 'cancelled') return;
  await machine.link.command(call, realtime.jogCancel);
  await task.idle(() => shown(machine));
}

/** Where the machine stands once it is idle; a motion that ended elsewhere was cut short. */
function arrived(machine: Machine, call: MotionCall, misses: (at: Position) => boolean, isMachine: boolean): Position {
  const { picture } = machine;
  const at = isMachine ? picture.machine : picture.work;
  const absolute = picture.machine;
  if (at === undefined || absolute === undefined) {
    throw new BellcrankError('device-protocol', 'the machine stands still, but does not tell where');
  }
  if (misses(absolute))
    throw failed(`the motion ended early, at ${JSON.stringify(at)}`, { code: 'Idle', text: 'cut short' });
  call.confirm('confirmed', { state: 'Idle', x: at.x, y: at.y, z: at.z });
  return at;
}

/** Whether a position in machine coordinates is not the one asked for. */
function missed(machine: Machine, at: Position, { isMachine, ...target }: Axes & { isMachine: boolean }): boolean {
  const { offset } = machine.picture;
  const { toleranceMm } = machine.settings;
  return axes.some((axis) => {
    const wanted = target[axis];
    if (wanted === undefined) return false;
    return Math.abs(at[axis] - wanted - (isMachine ? 0 : (offset?.[axis] ?? 0))) > toleranceMm;
  });
}

/** Where a jog should end, in machine coordinates, as far as that is known. */
function goalOf(machine: Machine, target: Axes, mode: JogMode): Axes {
  const base = mode === 'relative' ? machine.picture.machine : machine.picture.offset;
  if (mode === 'machine') return target;
  if (base === undefined) return {};
  const goal = combined({ x: target.x ?? 0, y: target.y ?? 0, z: target.z ?? 0 }, base, 1);
  return Object.fromEntries(axes.filter((axis) => target[axis] !== undefined).map((axis) => [axis, goal[axis]]));
}

function shown(machine: Machine): Record<string, number> {
  return { ...machine.picture.machine };
}

async function dry(call: MotionCall, lines: readonly string[]): Promise<never> {
  for (const text of lines) await call.wire.write(Buffer.from(`${text}\n`, 'latin1'));
  throw new DryRunEnd(false);
}
