import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseReport, stateNames } from './report.ts';

const nonsense = expect.objectContaining({ code: 'device-protocol' });

// Examples from GRBL 1.1, interface: "Real-time Status reports".
test('a full report is read', () => {
  const text = 'Hold:1|MPos:0.000,-10.000,5.000|Bf:15,128|FS:500,8000|Pn:PZ|WCO:0.000,1.551,5.664|Ov:100,50,110|A:SFM';
  expect(parseReport(text)).toEqual({
    state: 'Hold',
    subState: 1,
    machine: { x: 0, y: -10, z: 5 },
    work: undefined,
    offset: { x: 0, y: 1.551, z: 5.664 },
    feed: 500,
    spindle: 8000,
    buffer: { blocks: 15, bytes: 128 },
    overrides: { feed: 100, rapid: 50, spindle: 110 },
    pins: 'PZ',
  });
});

test('fields may be missing, unknown, or in another order', () => {
  const text = 'Idle|F:500|New:1,2,x|WPos:-2.500,0.000,11.000';
  expect(parseReport(text)).toMatchObject({
    state: 'Idle',
    subState: undefined,
    machine: undefined,
    work: { x: -2.5, y: 0, z: 11 },
    feed: 500,
    spindle: undefined,
    pins: '',
  });
});

test('a fourth axis is passed over', () => {
  expect(parseReport('Run|MPos:1,2,3,4').machine).toEqual({ x: 1, y: 2, z: 3 });
});

test('minus nought is nought', () => {
  expect(parseReport('Idle|MPos:-0.000,0.000,0.000').machine?.x).toBe(0);
});

test.each([
  '',
  'Idle',
  'idle|MPos:0,0,0',
  'Idle:|MPos:0,0,0',
  'Idle:x|MPos:0,0,0',
  'Hold:0:1|MPos:0,0,0',
  'Idle|MPos:0,0',
  'Idle|MPos:0,0,0,0,0',
  'Idle|MPos:0,0,1e3',
  'Idle|MPos:0,0,',
  'Idle|MPos:0,0,0|Ov:100,100',
  'Idle|MPos:0,0,0|FS:500',
  'Idle|MPos:0,0,0|',
  'Idle|MPos:0,0,0|:5',
  'Idle,MPos:0.000,0.000,0.000,WPos:0.000,0.000,0.000',
])('%j is no report', (text) => {
  expect(() => parseReport(text)).toThrow(nonsense);
});

test('whatever comes is a report or nonsense, and what is said of it is bounded', () => {
  const pieces = fc.constantFrom(...stateNames, '|', ':', ',', 'MPos', 'WCO', '0.5', '-1', 'Ov', '9'.repeat(20), 'é');
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 40 }), (parts) => {
      try {
        const { machine, work } = parseReport(parts.join(''));
        expect(machine ?? work).toBeDefined();
      } catch (error) {
        expect(error).toMatchObject({ code: 'device-protocol' });
        expect(String(error).length).toBeLessThan(300);
      }
    }),
  );
});
