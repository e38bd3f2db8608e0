import { afterEach, describe, expect, test, vi } from 'vitest';
import { type GrblFace, type GrblFaceSettings, type OpenGrblFace } from '../support/grbl-face.ts';
import { begin, beginStop, command, events, lastTold, read } from '../support/grbl-command.ts';

type Open = (settings?: GrblFaceSettings) => Promise<GrblFace>;

const within = { timeout: 3000, interval: 2 };

/** Opens faces and closes them after each test. */
export function faces(openFace: OpenGrblFace): Open {
  const opened: GrblFace[] = [];
  afterEach(async () => {
    for (const face of opened.splice(0)) await face.close();
  });
  return async (settings) => {
    const face = await openFace(settings);
    opened.push(face);
    return face;
  };
}

export async function untilState(face: GrblFace, state: string): Promise<void> {
  await vi.waitFor(() => expect(face.machine.state).toBe(state), within);
}

/** What every face of the simulated controller must do alike, whatever lies between it and the driver's contract. */
export function grblConformance(name: string, openFace: OpenGrblFace): void {
  describe(`grbl over ${name}`, () => {
    const open = faces(openFace);
    attaching(open);
    moving(open);
    jogging(open);
    homing(open);
    lines(open);
    urgent(open);
    alarms(open);
    jobs(open);
    stopping(open);
  });
}

function attaching(open: Open): void {
  test('attaching changes nothing', async () => {
    const { machine } = await open({
      prepare: (machine) => {
        machine.planner.place([5, 6, 7]);
        machine.accessories.feed = 120;
      },
    });
    expect(machine).toMatchObject({ state: 'Idle', position: [5, 6, 7], locked: false });
    expect(machine.accessories.feed).toBe(120);
  });

  test('attaching leaves an alarm as it is, and the position is not known', async () => {
    const face = await open({ simulate: { homing: true } });
    expect(face.machine.state).toBe('Alarm');
    expect(await read(face, 'state')).toBe('Alarm');
    expect(lastTold(face, 'position-known')).toBe(false);
  });

  test('positions are told in machine and in work coordinates', async () => {
    const face = await open({
      prepare: (machine) => {
        machine.planner.place([5, 6, 7]);
        machine.parser.systems[0] = [1, 2, 3];
      },
    });
    expect(await read(face, 'machine-position')).toEqual({ x: 5, y: 6, z: 7 });
    expect(await read(face, 'work-position')).toEqual({ x: 4, y: 4, z: 4 });
    expect(await read(face, 'sub-state')).toBe(null);
  });
}

function moving(open: Open): void {
  test('a move is confirmed when the machine is there', async () => {
    const face = await open();
    const ended = await command(face, 'move-to', { x: 10, y: -4.5, feed: 30_000 });
    expect(ended).toMatchObject({ outcome: 'succeeded', result: { x: 10, y: -4.5, z: 0 } });
    expect(ended.levels).toEqual(['confirmed']);
    expect(face.machine).toMatchObject({ state: 'Idle', position: [10, -4.5, 0] });
  });

  test('a move is not confirmed while the machine moves, and idle alone proves nothing', async () => {
    const face = await open();
    const move = begin(face, 'move-to', { x: 40, feed: 12_000 });
    let isOver = false;
    void move.ended.then(() => (isOver = true));
    await untilState(face, 'Run');
    expect(isOver).toBe(false);
    expect(await move.ended).toMatchObject({ outcome: 'succeeded' });
    expect(face.machine.position).toEqual([40, 0, 0]);
  });

  test('a rapid move in machine coordinates leaves the work offset alone', async () => {
    const face = await open({ prepare: (machine) => void (machine.parser.systems[0] = [1, 2, 3]) });
    const ended = await command(face, 'move-to', { z: -5, rapid: true, coordinates: 'machine' });
    expect(ended).toMatchObject({ outcome: 'succeeded', result: { x: 0, y: 0, z: -5 } });
    const back = await command(face, 'move-to', { x: 1, y: 1, feed: 60_000 });
    expect(back).toMatchObject({ outcome: 'succeeded', result: { x: 1, y: 1, z: -8 } });
    expect(face.machine.position).toEqual([2, 3, -5]);
  });

  test('what the controller refuses is refused, in its words, and moves nothing', async () => {
    const face = await open({ simulate: { homing: true } });
    const ended = await command(face, 'move-to', { x: 10, feed: 600 });
    expect(ended).toMatchObject({ outcome: 'refused', levels: [] });
    expect(ended.error).toMatchObject({ code: 'device-refused', device: { code: 'error:9' } });
    expect(face.machine.position).toEqual([0, 0, 0]);
    expect(await command(face, 'unlock')).toMatchObject({ outcome: 'succeeded', levels: ['acknowledged'] });
    expect(await command(face, 'move-to', { x: 1, feed: 60_000 })).toMatchObject({ outcome: 'succeeded' });
  });

  test('a move waits out a feed hold', async () => {
    const face = await open();
    const move = begin(face, 'move-to', { x: 60, feed: 12_000 });
    await untilState(face, 'Run');
    expect(await command(face, 'hold')).toMatchObject({ outcome: 'succeeded', levels: ['confirmed'] });
    const [at] = face.machine.position;
    expect(at).toBeLessThan(60);
    expect(face.machine).toMatchObject({ state: 'Hold', subState: 0 });
    expect(await command(face, 'resume')).toMatchObject({ outcome: 'succeeded', levels: ['confirmed'] });
    expect(await move.ended).toMatchObject({ outcome: 'succeeded', result: { x: 60 } });
  });

  test('while the machine is held no line is given to it', async () => {
    const face = await open();
    await command(face, 'hold');
    const ended = await command(face, 'move-to', { x: 1, feed: 600 });
    expect(ended).toMatchObject({ outcome: 'refused', error: { device: { code: 'Hold' } } });
    expect(await command(face, 'resume')).toMatchObject({ outcome: 'succeeded' });
    expect(await command(face, 'spindle-off')).toMatchObject({ outcome: 'succeeded' });
    expect(face.machine.position).toEqual([0, 0, 0]);
    expect(face.machine.executed.filter((line) => line.includes('X1'))).toEqual([]);
  });
}

function jogging(open: Open): void {
  test('a hold ends a jog', async () => {
    const face = await open();
    const jog = begin(face, 'jog', { x: 500, feed: 6000 });
    await untilState(face, 'Jog');
    expect(await command(face, 'hold')).toMatchObject({ outcome: 'succeeded', levels: ['confirmed'] });
    expect(await jog.ended).toMatchObject({ outcome: 'failed' });
    expect(face.machine.state).toBe('Idle');
  });

  test('a jog is confirmed where it ends', async () => {
    const face = await open({ prepare: (machine) => machine.planner.place([5, 0, 0]) });
    const ended = await command(face, 'jog', { x: -2, z: 1, feed: 30_000 });
    expect(ended).toMatchObject({ outcome: 'succeeded', result: { x: 3, y: 0, z: 1 }, levels: ['confirmed'] });
  });

  test('a jog that is cancelled says so, and the machine stands still', async () => {
    const face = await open();
    const jog = begin(face, 'jog', { x: 500, feed: 6000 });
    await untilState(face, 'Jog');
    jog.cancel();
    expect(await jog.ended).toMatchObject({ outcome: 'cancelled' });
    expect(face.machine.state).toBe('Idle');
    expect(face.machine.position[0]).toBeLessThan(500);
  });

  test('a jog that somebody else cancels has failed', async () => {
    const face = await open();
    const jog = begin(face, 'jog', { x: 500, feed: 6000, mode: 'work' });
    await untilState(face, 'Jog');
    expect(await command(face, 'jog-cancel')).toMatchObject({ outcome: 'succeeded', levels: ['confirmed'] });
    expect(await jog.ended).toMatchObject({ outcome: 'failed', error: { code: 'device-failed' } });
  });

  test('a jog beyond the travel is refused', async () => {
    const face = await open({ simulate: { homing: true, softLimits: true } });
    await command(face, 'home');
    const ended = await command(face, 'jog', { x: 50, feed: 600 });
    expect(ended).toMatchObject({ outcome: 'refused', error: { device: { code: 'error:15' } } });
    expect(face.machine).toMatchObject({ state: 'Idle', locked: false });
  });
}

function homing(open: Open): void {
  test('homing makes the position known', async () => {
    const face = await open({ simulate: { homing: true } });
    expect(await command(face, 'home')).toMatchObject({ outcome: 'succeeded', result: { x: -1, y: -1, z: -1 } });
    expect(lastTold(face, 'position-known')).toBe(true);
  });

  test('homing that is not set up is refused', async () => {
    const face = await open();
    expect(await command(face, 'home')).toMatchObject({ outcome: 'refused', error: { device: { code: 'error:5' } } });
    expect(lastTold(face, 'position-known')).toBe(false);
  });

  test('homing that finds no switch has failed', async () => {
    const face = await open({ simulate: { homing: true }, prepare: (machine) => machine.failHoming(9) });
    expect(await command(face, 'home')).toMatchObject({ outcome: 'failed', error: { device: { code: 'ALARM:9' } } });
    expect(events(face, 'alarm')).toMatchObject([{ code: 9 }]);
  });
}

function lines(open: Open): void {
  test('spindle and coolant are acknowledged', async () => {
    const face = await open();
    expect(await command(face, 'spindle-on', { rpm: 800, direction: 'counterclockwise' })).toMatchObject({
      outcome: 'succeeded',
      levels: ['acknowledged'],
    });
    expect(await command(face, 'coolant', { mode: 'flood' })).toMatchObject({ outcome: 'succeeded' });
    expect(face.machine.accessories).toMatchObject({ spindle: 'counterclockwise', actualSpeed: 800, flood: true });
    await command(face, 'coolant', { mode: 'off' });
    await command(face, 'spindle-off');
    expect(face.machine.accessories).toMatchObject({ spindle: 'off', flood: false });
  });

  test('in check mode, in which nothing is done, nothing is said to be done', async () => {
    const face = await open({ prepare: (machine) => machine.execute('$C', { data: () => {}, answer: () => {} }) });
    for (const name of ['spindle-off', 'home'] as const) {
      expect(await command(face, name)).toMatchObject({ outcome: 'refused' });
    }
    const move = await command(face, 'move-to', { x: 1, feed: 600 });
    expect(move).toMatchObject({ outcome: 'refused', error: { device: { code: 'Check' } } });
  });

  test('settings are read and written', async () => {
    const face = await open();
    expect(await command(face, 'set-setting', { number: 110, value: 750.5 })).toMatchObject({ outcome: 'succeeded' });
    const { result } = await command(face, 'read-settings');
    expect(result).toMatchObject({ settings: expect.arrayContaining([{ number: 110, value: 750.5 }]) });
    expect(await command(face, 'set-setting', { number: 99, value: 1 })).toMatchObject({
      outcome: 'refused',
      error: { device: { code: 'error:3' } },
    });
  });

  test('the work zero is where the machine stands, on the axes that are named', async () => {
    const face = await open({ prepare: (machine) => machine.planner.place([5, 6, 7]) });
    expect(await command(face, 'set-work-zero', { axes: ['x', 'z'] })).toMatchObject({ outcome: 'succeeded' });
    expect(await read(face, 'work-position')).toEqual({ x: 0, y: 6, z: 0 });
    expect(await read(face, 'machine-position')).toEqual({ x: 5, y: 6, z: 7 });
  });
}

function urgent(open: Open): void {
  test('overrides reach the machine', async () => {
    const face = await open();
    const { accessories } = face.machine;
    for (const step of ['plus-10', 'plus-10', 'plus-1', 'minus-10']) await command(face, 'feed-override', { step });
    await command(face, 'rapid-override', { percent: 25 });
    await command(face, 'spindle-override', { step: 'minus-1' });
    const wanted = { feed: 111, rapid: 25, spindleOverride: 99 };
    await vi.waitFor(() => expect(accessories).toMatchObject(wanted), within);
    await command(face, 'feed-override', { step: 'reset' });
    await vi.waitFor(() => expect(accessories.feed).toBe(100), within);
  });

  test('a hold in an alarm is refused', async () => {
    const face = await open({ simulate: { homing: true } });
    expect(await command(face, 'hold')).toMatchObject({ outcome: 'refused', error: { device: { code: 'Alarm' } } });
  });

  test('an open door holds a move; it is resumed when the door is closed', async () => {
    const face = await open();
    const move = begin(face, 'move-to', { x: 60, feed: 12_000 });
    await untilState(face, 'Run');
    face.machine.openDoor();
    await vi.waitFor(async () => expect(await read(face, 'sub-state')).toBe(1), within);
    expect(await read(face, 'state')).toBe('Door');
    face.machine.closeDoor();
    expect(await command(face, 'resume')).toMatchObject({ outcome: 'succeeded' });
    expect(await move.ended).toMatchObject({ outcome: 'succeeded', result: { x: 60 } });
    expect(events(face, 'message')).toContainEqual({ text: 'Check Door' });
  });

  test('a soft reset is acknowledged by the start-up message', async () => {
    const face = await open();
    expect(await command(face, 'soft-reset')).toMatchObject({ outcome: 'succeeded', levels: ['acknowledged'] });
    expect(events(face, 'reset')).toHaveLength(1);
  });
}

function alarms(open: Open): void {
  test('an alarm in the middle of a move is a failure, and the position is in doubt', async () => {
    const face = await open({ simulate: { homing: true } });
    await command(face, 'home');
    const move = begin(face, 'move-to', { x: -100, feed: 12_000 });
    await untilState(face, 'Run');
    face.machine.raiseAlarm(1);
    expect(await move.ended).toMatchObject({ outcome: 'failed', error: { device: { code: 'ALARM:1' } } });
    expect(events(face, 'alarm')).toMatchObject([{ code: 1 }]);
    expect(lastTold(face, 'position-known')).toBe(false);
    expect(lastTold(face, 'last-alarm')).toMatchObject({ code: 1 });
    expect(await read(face, 'state')).toBe('Alarm');
    await expect(read(face, 'machine-position')).rejects.toMatchObject({ code: 'device-failed' });
  });

  test('after a soft limit nothing is sent until a reset', async () => {
    const face = await open({ simulate: { homing: true, softLimits: true } });
    await command(face, 'home');
    const ended = await command(face, 'move-to', { x: 5, feed: 600 });
    expect(ended).toMatchObject({ outcome: 'failed', error: { device: { code: 'ALARM:2' } } });
    expect(lastTold(face, 'last-alarm')).toMatchObject({ code: 2 });
    expect(await command(face, 'spindle-off')).toMatchObject({ outcome: 'refused' });
    await vi.waitFor(() => expect(face.machine.canReset).toBe(true), within);
    expect(await command(face, 'soft-reset')).toMatchObject({ outcome: 'succeeded' });
    expect(face.machine).toMatchObject({ state: 'Alarm', locked: false });
  });

  test('an alarm instead of the answer to another line tells nothing of that', async () => {
    const face = await open();
    face.machine.execute('G1X100F12000', { data: () => {}, answer: () => {} });
    await untilState(face, 'Run');
    const spindle = begin(face, 'spindle-on', { rpm: 100 });
    await vi.waitFor(() => expect(face.machine.executed.at(-1)).toMatch(/^M3S100/), within);
    face.machine.raiseAlarm(1);
    expect(await spindle.ended).toMatchObject({ outcome: 'device-protocol', error: { device: { code: 'ALARM:1' } } });
  });

  test('a reset while a command is under way leaves open what became of it', async () => {
    const face = await open();
    const spindle = begin(face, 'run-job', { gcode: 'G4 P5' });
    await vi.waitFor(() => expect(face.machine.executed).toContain('G4P5'), within);
    face.machine.powerCycle();
    expect(await spindle.ended).toMatchObject({ outcome: 'connection-lost' });
    expect(events(face, 'reset')).toHaveLength(1);
  });
}

function jobs(open: Open): void {
  const zigzag = (count: number): string =>
    Array.from({ length: count }, (_, index) => `G1 X${(index % 7) + 0.5} Y${index % 3} F60000 ; line ${index}`).join(
      '\n',
    );

  test('a job ends when its last motion has', async () => {
    const face = await open();
    const job = begin(face, 'run-job', { gcode: `%\n(start)\nG21 G90\n\n${zigzag(40)}\nG1 X3 Y4 F60000\n%` });
    expect(await job.ended).toMatchObject({ outcome: 'succeeded', result: { lines: 42 } });
    expect(face.machine).toMatchObject({ state: 'Idle', position: [3, 4, 0] });
    expect(events(face, 'job-progress').at(-1)).toEqual({ sent: 42, acknowledged: 42, total: 42 });
  });

  test.each([
    ['a line that is too long', `G1 X1 F100\nG1 X${'1'.repeat(80)}`],
    ['a command of the controller', '$H'],
    ['a real-time command', 'G1 X1 F100 !'],
    ['a byte that would be one', 'G1 X1 F100 \u0085'],
    ['nothing', '(only this)\n; and this'],
  ])('a job with %s is not begun', async (_, gcode) => {
    const face = await open();
    const before = face.machine.executed.length;
    const ended = await command(face, 'run-job', { gcode });
    expect(ended).toMatchObject({ outcome: 'invalid-request', levels: [] });
    expect(face.machine.executed).toHaveLength(before);
  });

  test('an error in the middle ends the job with its line, and the machine is held', async () => {
    const face = await open();
    const ended = await command(face, 'run-job', { gcode: `G1 X50 F12000\n(this one)\nG1 Q9\n${zigzag(60)}` });
    expect(ended).toMatchObject({ outcome: 'failed', error: { code: 'device-failed', device: { code: 'error:20' } } });
    expect(ended.error).toMatchObject({ message: expect.stringContaining('line 3') });
    await untilState(face, 'Hold');
    expect(face.machine.position[0]).toBeLessThan(50);
  });

  test('a job is not begun in an alarm', async () => {
    const face = await open({ simulate: { homing: true } });
    const ended = await command(face, 'run-job', { gcode: 'G1X-1F600' });
    expect(ended).toMatchObject({ outcome: 'refused', error: { device: { code: 'Alarm' } } });
    expect(face.machine.executed).not.toContain('G1X-1F600');
  });

  test('a job is held and resumed', async () => {
    const face = await open();
    const job = begin(face, 'run-job', { gcode: `G1 X40 F12000\nG1 X0\nG1 X10` });
    await untilState(face, 'Run');
    await command(face, 'hold');
    expect(face.machine.state).toBe('Hold');
    await command(face, 'resume');
    expect(await job.ended).toMatchObject({ outcome: 'succeeded' });
    expect(face.machine.position).toEqual([10, 0, 0]);
  });

  test('a job that is cancelled leaves nothing in the queue', async () => {
    const face = await open();
    const job = begin(face, 'run-job', { gcode: `G1 X400 F6000\n${zigzag(80)}` });
    await untilState(face, 'Run');
    job.cancel();
    expect(await job.ended).toMatchObject({ outcome: 'cancelled' });
    expect(face.machine).toMatchObject({ state: 'Idle' });
    expect(face.machine.planner.isEmpty).toBe(true);
    expect(face.machine.position[0]).toBeLessThan(400);
    expect(await command(face, 'move-to', { x: 0, feed: 60_000 })).toMatchObject({ outcome: 'succeeded' });
  });
}

function stopping(open: Open): void {
  test('stop halts a job; the position is not known until the machine is homed', async () => {
    const face = await open({ simulate: { homing: true } });
    await command(face, 'home');
    const job = begin(face, 'run-job', { gcode: 'G1 X-400 F6000\nG1 X0' });
    await untilState(face, 'Run');
    const stopped = await beginStop(face).ended;
    expect(stopped).toMatchObject({ outcome: 'succeeded', levels: ['acknowledged'] });
    expect((await job.ended).outcome).toBe('failed');
    const where = face.machine.position;
    expect(where[0]).toBeGreaterThan(-400);
    expect(face.machine.planner.isEmpty).toBe(true);
    expect(lastTold(face, 'position-known')).toBe(false);
    expect(await command(face, 'home')).toMatchObject({ outcome: 'succeeded' });
    expect(lastTold(face, 'position-known')).toBe(true);
  });
}
