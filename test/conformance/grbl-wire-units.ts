import { expect, test } from 'vitest';
import { command, read } from '../support/grbl-command.ts';
import { type Open } from '../support/grbl-suite.ts';

export function units(open: Open): void {
  test('positions are in millimetres although the controller tells inches', async () => {
    const face = await open({
      prepare: (machine) => {
        machine.settings.set(13, 1);
        machine.planner.place([25.4, 0, 50.8]);
      },
    });
    expect(await read(face, 'machine-position')).toEqual({ x: 25.4, y: 0, z: 50.8 });
    expect(await command(face, 'move-to', { x: 12.7, feed: 60_000 })).toMatchObject({ result: { x: 12.7, z: 50.8 } });
  });

  test('a change of the unit is followed', async () => {
    const face = await open({ prepare: (machine) => machine.planner.place([25.4, 0, 0]) });
    expect(await command(face, 'set-setting', { number: 13, value: 1 })).toMatchObject({ outcome: 'succeeded' });
    expect(await read(face, 'machine-position')).toEqual({ x: 25.4, y: 0, z: 0 });
  });

  test('work positions are enough to know machine positions', async () => {
    const face = await open({
      prepare: (machine) => {
        machine.settings.set(10, 2);
        machine.parser.systems[0] = [1, 2, 3];
      },
    });
    expect(await read(face, 'machine-position')).toEqual({ x: 0, y: 0, z: 0 });
    expect(await read(face, 'work-position')).toEqual({ x: -1, y: -2, z: -3 });
  });
}
