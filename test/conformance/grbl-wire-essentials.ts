import { expect, test } from 'vitest';
import { command, read, resync } from '../support/grbl-command.ts';
import { type Open } from '../support/grbl-suite.ts';

/** What only a wire can show, and is tried over every one: bytes, buffers, and answers that are lost. */
export function wireEssentials(open: Open): void {
  test('real-time commands arrive as the byte that they are', async () => {
    const face = await open();
    const { heard } = face.port;
    heard.length = 0;
    const steps = ['reset', 'plus-10', 'minus-10', 'plus-1', 'minus-1'];
    for (const step of steps) await command(face, 'feed-override', { step });
    for (const percent of [100, 50, 25]) await command(face, 'rapid-override', { percent });
    for (const step of steps) await command(face, 'spindle-override', { step });
    const wanted = [0x90, 0x91, 0x92, 0x93, 0x94, 0x95, 0x96, 0x97, 0x99, 0x9a, 0x9b, 0x9c, 0x9d];
    await face.time.until(() => heard.length >= wanted.length);
    expect(heard).toEqual(wanted);
    heard.length = 0;
    await command(face, 'jog-cancel');
    expect(heard.filter((byte) => byte !== 0x3f)).toEqual([0x85]);
  });

  test('a job never overruns the receive buffer, and every byte comes in order', async () => {
    const face = await open();
    const { port, machine } = face;
    const lines = Array.from({ length: 150 }, (_, index) => `G1X${index % 9}Y${(index * 7) % 5}F${60_000 + index}`);
    port.heard.length = 0;
    const ended = await command(face, 'run-job', { gcode: lines.join('\r\n') });
    expect(ended).toMatchObject({ outcome: 'succeeded', result: { lines: 150 } });
    expect(port.overflowed).toBe(0);
    expect(port.fullest).toBeLessThanOrEqual(128);
    // It is filled, too: a job that waited for each answer would let the planner run dry.
    expect(port.fullest).toBeGreaterThan(80);
    const text = Buffer.from(port.heard.filter((byte) => byte !== 0x3f)).toString('latin1');
    expect(text).toBe(`${[...lines, 'G4P0.01'].join('\n')}\n`);
    expect(machine.executed.slice(-151)).toEqual([...lines, 'G4P0.01']);
  });

  test('a lost answer does not hang for ever, and the next line is not taken for it', async () => {
    const face = await open();
    face.port.loseAnswers(1);
    const lost = await command(face, 'spindle-on', { rpm: 100 });
    expect(lost).toMatchObject({ outcome: 'device-timeout', levels: [] });
    await resync(face);
    expect(await command(face, 'set-setting', { number: 99, value: 1 })).toMatchObject({ outcome: 'refused' });
    expect(await command(face, 'spindle-off')).toMatchObject({ outcome: 'succeeded' });
  });

  test('a board that opening resets is waited for', async () => {
    const face = await open({ simulate: { resetOnOpen: true } });
    expect(await read(face, 'state')).toBe('Idle');
    expect(await command(face, 'move-to', { x: 1, feed: 60_000 })).toMatchObject({ outcome: 'succeeded' });
  });
}
