import { expect, test } from 'vitest';
import { begin, command } from '../support/grbl-command.ts';
import { type Open, untilState } from '../support/grbl-suite.ts';

/** Lines of short motions. */
export function zigzag(count: number): string {
  const line = (index: number): string => `G1 X${(index % 7) + 0.5} Y${index % 3} F60000 ; line ${index}`;
  return Array.from({ length: count }, (_, index) => line(index)).join('\n');
}

export function jobs(open: Open): void {
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
