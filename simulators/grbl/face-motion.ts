import { BellcrankError } from '../../src/driver/index.ts';
import type { FaceCall, FaceOne, Place } from './face.ts';

interface Target {
  readonly x?: number | undefined;
  readonly y?: number | undefined;
  readonly z?: number | undefined;
}

const moving = 'Idle Run Jog Alarm';
const tolerance = 0.05;

function words({ x, y, z }: Target): string {
  const word = (letter: string, value: number | undefined): string =>
    value === undefined ? '' : `${letter}${value.toFixed(3)}`;
  return word('X', x) + word('Y', y) + word('Z', z);
}

export interface MoveParams extends Target {
  readonly feed?: number;
  readonly rapid?: boolean;
  readonly coordinates?: 'work' | 'machine';
}

export async function move(face: FaceOne, params: MoveParams, call: FaceCall<Place>): Promise<Place> {
  const { feed, rapid, coordinates, ...target } = params;
  const since = face.since(true);
  const isMachine = coordinates === 'machine';
  if (!call.dryRun) face.assertReady(moving);
  const motion = rapid === true || feed === undefined ? `G0${words(target)}` : `G1${words(target)}F${feed.toFixed(3)}`;
  await face.line(call, `G21G90${isMachine ? 'G53' : ''}${motion}`, since);
  await face.line(call, 'G4P0.01', since);
  await face.until(call, () => face.machine.state === 'Idle', since);
  return arrived(face, call, isMachine ? face.place : face.workPlace, target);
}

export interface JogParams extends Target {
  readonly feed: number;
  readonly mode?: 'relative' | 'work' | 'machine';
}

export async function jog(face: FaceOne, params: JogParams, call: FaceCall<Place>): Promise<Place> {
  const { feed, mode = 'relative', ...target } = params;
  const since = face.since(true);
  if (!call.dryRun) face.assertReady(moving);
  const start = face.workPlace;
  const goal = mode === 'relative' ? from(start, target) : target;
  const distance = { relative: 'G91', work: 'G90', machine: 'G90G53' }[mode];
  await face.line(call, `$J=G21${distance}${words(target)}F${feed.toFixed(3)}`, since);
  const isOver = (): boolean => face.machine.state === 'Idle';
  await face.until(call, () => call.cancelled.aborted || isOver(), since);
  const at = (): Place => (mode === 'machine' ? face.place : face.workPlace);
  if (isOver()) return arrived(face, call, at(), goal);
  face.machine.realtime(0x85);
  await face.until(call, isOver, since);
  if (misses(at(), goal)) throw new BellcrankError('cancelled', 'the jog was cancelled, and the machine stands still');
  return arrived(face, call, at(), goal);
}

export async function home(face: FaceOne, call: FaceCall<Place>): Promise<Place> {
  const since = face.since(true);
  if (!call.dryRun) face.assertReady();
  await face.line(call, '$H', since);
  await face.until(call, () => face.machine.state === 'Idle', since);
  return arrived(face, call, face.place, {});
}

interface JobLine {
  readonly number: number;
  readonly text: string;
}

function jobLines(gcode: string): JobLine[] {
  const lines = gcode.split(/\r\n|\n|\r/).map((line, index) => ({
    number: index + 1,
    text: line
      .replaceAll(/\([^)]*\)?|;.*$/g, '')
      .replaceAll(/\s/g, '')
      .toUpperCase(),
  }));
  const kept = lines.filter(({ text }) => text !== '' && text !== '%');
  const wrong = kept.find(({ text }) => text.length > 79 || /^\$|[!?~]|[^\x21-\x7d]/.test(text));
  if (wrong === undefined && kept.length > 0) return kept;
  const detail = wrong === undefined ? 'there is nothing in it' : `line ${wrong.number} cannot be sent`;
  throw new BellcrankError('invalid-request', `the job cannot be run: ${detail}`, {
    errors: [{ pointer: '/gcode', detail }],
  });
}

type Tell = (progress: { sent: number; acknowledged: number; total: number }) => void;

/** One line after the other: there is no buffer to keep full. */
export async function job(
  face: FaceOne,
  gcode: string,
  call: FaceCall<{ lines: number }>,
  tell: Tell,
): Promise<{ lines: number }> {
  const lines = jobLines(gcode);
  const since = face.since(true);
  if (!call.dryRun) face.assertReady('Idle');
  for (const [index, { number, text }] of lines.entries()) {
    if (call.cancelled.aborted) await abort(face, call);
    await Promise.race([face.line(call, text, since), whenCancelled(call)]).catch((error: unknown) => {
      throw asLineError(face, error, number);
    });
    call.progress({ sent: index + 1, acknowledged: index + 1, total: lines.length });
  }
  if (!call.cancelled.aborted) await Promise.race([face.line(call, 'G4P0.01', since), whenCancelled(call)]);
  if (call.cancelled.aborted) await abort(face, call);
  await face.until(call, () => face.machine.state === 'Idle', since);
  tell({ sent: lines.length, acknowledged: lines.length, total: lines.length });
  call.confirm('confirmed', { simulated: true });
  return { lines: lines.length };
}

function whenCancelled({ cancelled }: FaceCall): Promise<void> {
  return new Promise((resolve) => {
    if (cancelled.aborted) resolve();
    else cancelled.addEventListener('abort', () => resolve(), { once: true });
  });
}

async function abort(face: FaceOne, call: FaceCall): Promise<never> {
  const { resets } = face;
  face.machine.realtime(0x21);
  await face.until(call, () => face.machine.state !== 'Hold' || face.machine.subState === 0);
  face.machine.realtime(0x18);
  await face.until(call, () => face.resets !== resets);
  throw new BellcrankError('cancelled', 'the job was cancelled');
}

/** What is queued goes on after an error, so the machine is held. */
function asLineError(face: FaceOne, error: unknown, number: number): unknown {
  if (!(error instanceof BellcrankError) || error.code !== 'device-refused') return error;
  face.machine.realtime(0x21);
  const device = { code: error.device?.code ?? '', text: `line ${number}: ${error.device?.text ?? ''}` };
  return new BellcrankError('device-failed', `line ${number} of the job: ${error.message}`, {
    outcome: 'failed',
    device,
  });
}

function arrived(face: FaceOne, call: FaceCall<Place>, at: Place, goal: Target): Place {
  if (misses(at, goal)) {
    throw new BellcrankError('device-failed', 'the motion ended early', {
      outcome: 'failed',
      device: { code: face.machine.state, text: 'cut short' },
    });
  }
  call.confirm('confirmed', { ...at, state: face.machine.state });
  return at;
}

function misses(at: Place, goal: Target): boolean {
  return (['x', 'y', 'z'] as const).some((axis) => Math.abs(at[axis] - (goal[axis] ?? at[axis])) > tolerance);
}

function from(start: Place, target: Target): Place {
  return { x: start.x + (target.x ?? 0), y: start.y + (target.y ?? 0), z: start.z + (target.z ?? 0) };
}
