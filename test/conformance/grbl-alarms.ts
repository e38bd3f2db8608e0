import { expect, test } from 'vitest';
import { begin, command, events, lastTold } from '../support/grbl-command.ts';
import { type Open, unheard, untilState } from '../support/grbl-suite.ts';

export function alarms(open: Open): void {
  test('after a soft limit nothing is sent until a reset', async () => {
    const face = await open({ simulate: { homing: true, softLimits: true } });
    await command(face, 'home');
    const ended = await command(face, 'move-to', { x: 5, feed: 600 });
    expect(ended).toMatchObject({ outcome: 'failed', error: { device: { code: 'ALARM:2' } } });
    expect(lastTold(face, 'last-alarm')).toMatchObject({ code: 2 });
    expect(await command(face, 'spindle-off')).toMatchObject({ outcome: 'refused' });
    await face.time.until(() => face.machine.canReset);
    expect(await command(face, 'soft-reset')).toMatchObject({ outcome: 'succeeded' });
    expect(face.machine).toMatchObject({ state: 'Alarm', locked: false });
  });

  test('an alarm instead of the answer to another line tells nothing of that', async () => {
    const face = await open();
    face.machine.execute('G1X100F12000', unheard);
    await untilState(face, 'Run');
    const spindle = begin(face, 'spindle-on', { rpm: 100 });
    await face.time.until(() => face.machine.executed.at(-1)?.startsWith('M3S100') === true);
    face.machine.raiseAlarm(1);
    expect(await spindle.ended).toMatchObject({ outcome: 'device-protocol', error: { device: { code: 'ALARM:1' } } });
  });

  test('a reset while a command is under way leaves open what became of it', async () => {
    const face = await open();
    const spindle = begin(face, 'run-job', { gcode: 'G4 P5' });
    await face.time.until(() => face.machine.executed.includes('G4P5'));
    face.machine.powerCycle();
    expect(await spindle.ended).toMatchObject({ outcome: 'connection-lost' });
    expect(events(face, 'reset')).toHaveLength(1);
  });
}
