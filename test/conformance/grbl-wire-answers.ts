import { expect, test } from 'vitest';
import { begin, beginStop, command, events, lastTold, read, resync } from '../support/grbl-command.ts';
import { type Open, unheard, untilState } from '../support/grbl-suite.ts';

/** Which answer belongs to which line. */
export function answering(open: Open): void {
  test('a smaller buffer is respected, however slowly it empties', async () => {
    const face = await open({ simulate: { bufferBytes: 64 } });
    // Short lines, so that their ends weigh.
    const gcode = ['G1X9F6000', ...Array.from({ length: 60 }, (_, index) => `X${index % 9}`)];
    const ended = await command(face, 'run-job', { gcode: gcode.join('\n') });
    expect(ended).toMatchObject({ outcome: 'succeeded', result: { lines: 61 } });
    expect(face.port.fullest).toBeGreaterThan(50);
    expect(face.port.fullest).toBeLessThanOrEqual(64);
    expect(face.port.overflowed).toBe(0);
  });

  test('lines that touch the EEPROM are sent alone', async () => {
    const face = await open();
    const many = Array.from({ length: 50 }, () => 'G21');
    // What came while the EEPROM is written would be lost.
    const gcode = [...many, 'G10L2P1X1', ...many, 'G55', ...many, 'G1X6F60000'].join('\n');
    expect(await command(face, 'run-job', { gcode })).toMatchObject({ outcome: 'succeeded', result: { lines: 153 } });
    expect(face.machine.parser.systems[0]).toEqual([1, 0, 0]);
    expect(face.machine.position).toEqual([6, 0, 0]);
  });

  test('answers are told apart from reports, however many are asked for', async () => {
    const face = await open();
    const job = begin(face, 'run-job', {
      gcode: Array.from({ length: 60 }, (_, i) => `G1X${i % 5}F20000`).join('\n'),
    });
    await untilState(face, 'Run');
    for (let round = 0; round < 3; round++) {
      await Promise.all([command(face, 'hold'), read(face, 'state'), read(face, 'state')]);
      await Promise.all([command(face, 'resume'), read(face, 'state')]);
    }
    expect(await job.ended).toMatchObject({ outcome: 'succeeded', result: { lines: 60 } });
    expect(face.told.unmatched).toEqual([]);
  });

  test('a lost answer in a job ends it as unknown once the machine is idle', async () => {
    const face = await open();
    face.port.loseAnswers(1);
    const ended = await command(face, 'run-job', { gcode: 'G1X5F60000\nG1X0' });
    expect(ended).toMatchObject({ outcome: 'device-timeout' });
    await resync(face);
    expect(await command(face, 'move-to', { x: 1, feed: 60_000 })).toMatchObject({ outcome: 'succeeded' });
  });

  test('a stop that nothing answers is not told as done, and puts the position in doubt', async () => {
    const face = await open({ simulate: { homing: true } });
    await command(face, 'home');
    expect(lastTold(face, 'position-known')).toBe(true);
    face.port.mute();
    face.port.heard.length = 0;
    expect(await beginStop(face).ended).toMatchObject({ outcome: 'device-timeout', levels: [] });
    expect(face.port.heard.slice(0, 2)).toEqual([0x21, 0x18]);
    expect(lastTold(face, 'position-known')).toBe(false);
  });

  test('a silent controller is given up', async () => {
    const face = await open();
    face.port.mute();
    expect(await command(face, 'move-to', { x: 1, feed: 600 })).toMatchObject({ outcome: 'device-timeout' });
  });

  test('a stray ok answers nothing', async () => {
    const face = await open();
    face.port.inject('ok\r\n');
    await face.time.until(() => face.told.unmatched.length > 0);
    expect(face.told.unmatched).toHaveLength(1);
    const ended = await command(face, 'set-setting', { number: 99, value: 1 });
    expect(ended).toMatchObject({ outcome: 'refused', error: { device: { code: 'error:3' } } });
  });

  test('a machine that moves is attached to and left alone', async () => {
    const face = await open({
      prepare: (machine) => {
        machine.execute('G1X1000F12000', unheard);
        machine.execute('M5', unheard);
      },
    });
    await untilState(face, 'Run');
    expect(await read(face, 'state')).toBe('Run');
    expect(events(face, 'reset')).toEqual([]);
    expect(await command(face, 'move-to', { x: 1, feed: 600 })).toMatchObject({ outcome: 'refused' });
    await untilState(face, 'Idle');
    expect(face.machine.position).toEqual([1000, 0, 0]);
    expect(await command(face, 'move-to', { x: 1, feed: 60_000 })).toMatchObject({ outcome: 'succeeded' });
  });
}
