import { expect, test } from 'vitest';
import { begin, command, events, lastTold, read } from '../support/grbl-command.ts';
import { type Open, untilState } from '../support/grbl-suite.ts';

export function attaching(open: Open): void {
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

export function moving(open: Open): void {
  test('a move is confirmed when the machine is there', async () => {
    const face = await open();
    const ended = await command(face, 'move-to', { x: 10, y: -4.5, feed: 30_000 });
    expect(ended).toMatchObject({ outcome: 'succeeded', result: { x: 10, y: -4.5, z: 0 } });
    expect(ended.levels).toEqual(['confirmed']);
    expect(face.machine).toMatchObject({ state: 'Idle', position: [10, -4.5, 0] });
  });

  test('a rapid move in machine coordinates leaves the work offset alone', async () => {
    const face = await open({ prepare: (machine) => void (machine.parser.systems[0] = [1, 2, 3]) });
    const ended = await command(face, 'move-to', { z: -5, rapid: true, coordinates: 'machine' });
    expect(ended).toMatchObject({ outcome: 'succeeded', result: { x: 0, y: 0, z: -5 } });
    const back = await command(face, 'move-to', { x: 1, y: 1, feed: 60_000 });
    expect(back).toMatchObject({ outcome: 'succeeded', result: { x: 1, y: 1, z: -8 } });
    expect(face.machine.position).toEqual([2, 3, -5]);
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

export function jogging(open: Open): void {
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

export function homing(open: Open): void {
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
