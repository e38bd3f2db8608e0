import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { jogLine, moveLine, settingLine, spindleLine, zeroLine } from './line.ts';
import { feedOverride, rapidOverride, realtime, spindleOverride } from './realtime.ts';

test('a move is absolute, in millimetres, with a feed per minute', () => {
  expect(moveLine({ x: 10, y: -0.5, feed: 600, isMachine: false })).toBe('G21G90G94G1X10.000Y-0.500F600.000');
  expect(moveLine({ z: 0, isMachine: true })).toBe('G21G90G94G53G0Z0.000');
});

test('a jog sets its own modes', () => {
  expect(jogLine({ x: 1 }, 100, 'relative')).toBe('$J=G21G91X1.000F100.000');
  expect(jogLine({ y: 1 }, 100, 'work')).toBe('$J=G21G90Y1.000F100.000');
  expect(jogLine({ z: -1 }, 100, 'machine')).toBe('$J=G21G90G53Z-1.000F100.000');
});

test('other lines', () => {
  expect(zeroLine(['x', 'z'])).toBe('G21G10L20P0X0Z0');
  expect(spindleLine('clockwise', 8000)).toBe('M3S8000.000');
  expect(spindleLine('counterclockwise', 0)).toBe('M4S0.000');
  expect(settingLine(10, 3)).toBe('$10=3');
  expect(settingLine(100, 250.1235)).toBe('$100=250.1235');
});

test('no number has an exponent or a negative nought, and every line fits', () => {
  const millimetres = fc.double({ min: -10_000, max: 10_000, noNaN: true });
  const feed = fc.double({ min: 1e-9, max: 100_000, noNaN: true });
  fc.assert(
    fc.property(millimetres, millimetres, millimetres, feed, (x, y, z, rate) => {
      for (const line of [moveLine({ x, y, z, feed: rate, isMachine: true }), jogLine({ x, y, z }, rate, 'machine')]) {
        expect(line).toMatch(/^(?:\$J=)?(?:[GXYZF]-?\d+(?:\.\d{3})?)+$/);
        expect(line).not.toContain('-0.000');
        expect(line.length).toBeLessThan(80);
      }
    }),
  );
});

// GRBL 1.1, commands: "Extended-ASCII Realtime Command Descriptions".
test('real-time commands are one byte each', () => {
  const steps = ['reset', 'plus-10', 'minus-10', 'plus-1', 'minus-1'] as const;
  expect(steps.map((step) => [...feedOverride(step)])).toEqual([[0x90], [0x91], [0x92], [0x93], [0x94]]);
  expect(steps.map((step) => [...spindleOverride(step)])).toEqual([[0x99], [0x9a], [0x9b], [0x9c], [0x9d]]);
  expect([100, 50, 25].map((percent) => [...rapidOverride(percent as 25)])).toEqual([[0x95], [0x96], [0x97]]);
  expect([...realtime.jogCancel, ...realtime.stop]).toEqual([0x85, 0x21, 0x18]);
});
