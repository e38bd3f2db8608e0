import { describe, expect, test, vi } from 'vitest';
import type { OpenGrblFace } from '../support/grbl-face.ts';
import { begin, command, events, read, resync } from '../support/grbl-command.ts';
import { faces, untilState } from './grbl.ts';

/** What only a wire can show: bytes, buffers, and answers that are lost. */
export function grblWireConformance(name: string, openFace: OpenGrblFace): void {
  describe(`grbl on the wire of ${name}`, () => {
    const open = faces(openFace);

    test('real-time commands arrive as the byte that they are', async () => {
      const face = await open();
      const { heard } = face.port;
      heard.length = 0;
      const steps = ['reset', 'plus-10', 'minus-10', 'plus-1', 'minus-1'];
      for (const step of steps) await command(face, 'feed-override', { step });
      for (const percent of [100, 50, 25]) await command(face, 'rapid-override', { percent });
      for (const step of steps) await command(face, 'spindle-override', { step });
      const wanted = [0x90, 0x91, 0x92, 0x93, 0x94, 0x95, 0x96, 0x97, 0x99, 0x9a, 0x9b, 0x9c, 0x9d];
      await vi.waitFor(() => expect(heard).toEqual(wanted));
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

    test('a smaller buffer is respected', async () => {
      const face = await open({ prepare: (machine) => void (machine.bufferBytes = 64) });
      const gcode = Array.from({ length: 60 }, (_, index) => `G1X${index % 9}F${60_000 + index}`);
      const ended = await command(face, 'run-job', { gcode: gcode.join('\n') });
      expect(ended).toMatchObject({ outcome: 'succeeded', result: { lines: 60 } });
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

    test('a lost answer does not hang for ever, and the next line is not taken for it', async () => {
      const face = await open();
      face.port.loseAnswers(1);
      const lost = await command(face, 'spindle-on', { rpm: 100 });
      expect(lost).toMatchObject({ outcome: 'device-timeout', levels: [] });
      await resync(face);
      expect(await command(face, 'set-setting', { number: 99, value: 1 })).toMatchObject({ outcome: 'refused' });
      expect(await command(face, 'spindle-off')).toMatchObject({ outcome: 'succeeded' });
    });

    test('a lost answer in a job ends it as unknown once the machine is idle', async () => {
      const face = await open();
      face.port.loseAnswers(1);
      const ended = await command(face, 'run-job', { gcode: 'G1X5F60000\nG1X0' });
      expect(ended).toMatchObject({ outcome: 'device-timeout' });
      await resync(face);
      expect(await command(face, 'move-to', { x: 1, feed: 60_000 })).toMatchObject({ outcome: 'succeeded' });
    });

    test('a silent controller is given up', async () => {
      const face = await open();
      face.port.mute();
      expect(await command(face, 'move-to', { x: 1, feed: 600 })).toMatchObject({ outcome: 'device-timeout' });
    });

    test('a stray ok answers nothing', async () => {
      const face = await open();
      face.port.inject('ok\r\n');
      await vi.waitFor(() => expect(face.told.unmatched).toHaveLength(1));
      const ended = await command(face, 'set-setting', { number: 99, value: 1 });
      expect(ended).toMatchObject({ outcome: 'refused', error: { device: { code: 'error:3' } } });
    });

    test('a board that opening resets is waited for', async () => {
      const face = await open({ simulate: { resetOnOpen: true } });
      expect(await read(face, 'state')).toBe('Idle');
      expect(await command(face, 'move-to', { x: 1, feed: 60_000 })).toMatchObject({ outcome: 'succeeded' });
    });

    test('a machine that moves is attached to and left alone', async () => {
      const face = await open({
        prepare: (machine) => {
          const reply = { data: () => {}, answer: () => {} };
          machine.execute('G1X1000F12000', reply);
          machine.execute('M5', reply);
        },
      });
      await untilState(face, 'Run');
      expect(await read(face, 'state')).toBe('Run');
      expect(events(face, 'reset')).toEqual([]);
      expect(await command(face, 'move-to', { x: 1, feed: 600 })).toMatchObject({ outcome: 'refused' });
      face.machine.planner.change(() => (face.machine.accessories.feed = 20_000));
      await untilState(face, 'Idle');
      expect(face.machine.position).toEqual([1000, 0, 0]);
      face.machine.accessories.feed = 100;
      expect(await command(face, 'move-to', { x: 1, feed: 60_000 })).toMatchObject({ outcome: 'succeeded' });
    });

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
  });
}
