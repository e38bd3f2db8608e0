import { expect, test } from 'vitest';
import { begin, command, events, read } from '../support/grbl-command.ts';
import { type Open, unheard, untilState } from '../support/grbl-suite.ts';

export function lines(open: Open): void {
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
    const face = await open({ prepare: (machine) => machine.execute('$C', unheard) });
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

export function urgent(open: Open): void {
  test('overrides reach the machine', async () => {
    const face = await open();
    const { accessories } = face.machine;
    for (const step of ['plus-10', 'plus-10', 'plus-1', 'minus-10']) await command(face, 'feed-override', { step });
    await command(face, 'rapid-override', { percent: 25 });
    await command(face, 'spindle-override', { step: 'minus-1' });
    await face.time.until(() => accessories.spindleOverride === 99);
    expect(accessories).toMatchObject({ feed: 111, rapid: 25 });
    await command(face, 'feed-override', { step: 'reset' });
    await face.time.until(() => accessories.feed === 100);
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
    await face.time.until(async () => (await read(face, 'sub-state')) === 1);
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
