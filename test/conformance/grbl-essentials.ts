import { expect, test } from 'vitest';
import { begin, beginStop, command, events, lastTold, read } from '../support/grbl-command.ts';
import { type Open, untilState } from '../support/grbl-suite.ts';
import { zigzag } from './grbl-jobs.ts';

/** What is tried over every transport. */
export function essentials(open: Open): void {
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

  test('a jog that is cancelled says so, and the machine stands still', async () => {
    const face = await open();
    const jog = begin(face, 'jog', { x: 500, feed: 6000 });
    await untilState(face, 'Jog');
    jog.cancel();
    expect(await jog.ended).toMatchObject({ outcome: 'cancelled' });
    expect(face.machine.state).toBe('Idle');
    expect(face.machine.position[0]).toBeLessThan(500);
  });

  test('homing makes the position known', async () => {
    const face = await open({ simulate: { homing: true } });
    expect(await command(face, 'home')).toMatchObject({ outcome: 'succeeded', result: { x: -1, y: -1, z: -1 } });
    expect(lastTold(face, 'position-known')).toBe(true);
  });

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

  test('a job ends when its last motion has', async () => {
    const face = await open();
    const job = begin(face, 'run-job', { gcode: `%\n(start)\nG21 G90\n\n${zigzag(40)}\nG1 X3 Y4 F60000\n%` });
    expect(await job.ended).toMatchObject({ outcome: 'succeeded', result: { lines: 42 } });
    expect(face.machine).toMatchObject({ state: 'Idle', position: [3, 4, 0] });
    expect(events(face, 'job-progress').at(-1)).toEqual({ sent: 42, acknowledged: 42, total: 42 });
  });

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
