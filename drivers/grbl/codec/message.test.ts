import { expect, test } from 'vitest';
import { isVersion, parseMessage } from './message.ts';

test.each([
  ['ok', { kind: 'ok' }],
  ['error:9', { kind: 'error', code: 9 }],
  ['ALARM:3', { kind: 'alarm', code: 3 }],
  ["Grbl 1.1h ['$' for help]", { kind: 'banner', text: "Grbl 1.1h ['$' for help]" }],
  ['<Idle|MPos:0.000,0.000,0.000>', { kind: 'report', report: { state: 'Idle' } }],
  ['[MSG:Check Door]', { kind: 'message', text: 'Check Door' }],
  ['[GC:G0 G54 G17 G21 G90 G94 M0 M5 M9 T0 F0. S0.]', { kind: 'data', type: 'GC' }],
  ['[VER:1.1h.20190825:my:mill]', { kind: 'data', type: 'VER', text: '1.1h.20190825:my:mill' }],
  ['[G54:4.000,0.000,0.000]', { kind: 'data', type: 'G54' }],
  ['$110=500.000', { kind: 'setting', number: 110, value: 500 }],
  ['>G54G20:ok', { kind: 'startup', text: 'G54G20:ok' }],
  ['>:error:7', { kind: 'startup' }],
  ['', { kind: 'blank' }],
  ['$N0=G54', { kind: 'unknown' }],
  ['okay', { kind: 'unknown' }],
  ['OK', { kind: 'unknown' }],
  ['error: Expected command letter', { kind: 'unknown' }],
  ['error:', { kind: 'unknown' }],
  [' ok', { kind: 'unknown' }],
  ['G1 X5', { kind: 'unknown' }],
  ['[MSG:unfinished', { kind: 'unknown' }],
])('%j is told apart', (line, message) => {
  expect(parseMessage(line)).toMatchObject(message);
});

test('a start-up line never counts as an answer', () => {
  expect(parseMessage('>G54:ok').kind).not.toBe('ok');
});

test.each([
  ["Grbl 1.1h ['$' for help]", true],
  ['1.1f.20170801:', true],
  ['v1.1d.20161014:Some string', true],
  ["Grbl 0.9j ['$' for help]", false],
  ["Grbl 1.10 ['$' for help]", false],
  ["Grbl 3.7 [FluidNC v3.7.8 (wifi) '$' for help]", false],
  ['', false],
])('%j is GRBL 1.1: %j', (text, is) => {
  expect(isVersion(text)).toBe(is);
});
