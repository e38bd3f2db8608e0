import { expect, onTestFinished, test } from 'vitest';
import { VirtualClock } from '../../src/testing/virtual-clock.ts';
import { GrblBehaviour } from './model.ts';
import { grblOptions } from './options.ts';
import type { Push } from './state.ts';

function machineWith(options: object = {}) {
  const clock = new VirtualClock();
  const machine = new GrblBehaviour(clock, grblOptions(options, 1));
  const pushed: Push[] = [];
  machine.onPush((push) => void pushed.push(push));
  onTestFinished(() => machine.close());
  const answers: unknown[] = [];
  const data: string[] = [];
  const run = (...lines: string[]): void => {
    for (const line of lines) {
      machine.execute(line, { data: (text) => void data.push(text), answer: (answer) => void answers.push(answer) });
    }
  };
  return { clock, machine, pushed, run, answers, data };
}

test('a motion is queued at once and takes its time', async () => {
  const { clock, machine, run, answers } = machineWith();
  run('G1X10F600');
  expect(answers).toEqual(['ok']);
  // The race that a driver must not lose: answered, and still idle.
  expect(machine.state).toBe('Idle');
  await clock.advance(505);
  expect(machine.state).toBe('Run');
  expect(machine.position[0]).toBeCloseTo(5, 3);
  expect(machine.planner.rate).toBe(600);
  await clock.advance(500);
  expect(machine).toMatchObject({ state: 'Idle', position: [10, 0, 0] });
});

test('a dwell is answered when all before it has been executed', async () => {
  const { clock, run, answers, machine } = machineWith();
  run('G1X10F600', 'G4P0.5');
  expect(answers).toEqual(['ok']);
  expect(machine.isReading).toBe(false);
  await clock.advance(1400);
  expect(answers).toEqual(['ok']);
  expect(machine.state).toBe('Idle');
  await clock.advance(150);
  expect(answers).toEqual(['ok', 'ok']);
  expect(machine.isReading).toBe(true);
});

test('a full planner makes a line wait', async () => {
  const { clock, run, answers, machine } = machineWith();
  for (let index = 1; index <= 15; index++) run(`G1X${index}F600`);
  expect(machine.isReading).toBe(true);
  run('G1X16');
  expect(answers).toHaveLength(15);
  expect(machine.isReading).toBe(false);
  await clock.advance(110);
  expect(answers).toHaveLength(16);
});

test('a hold stops the motion, and a resume goes on with it', async () => {
  const { clock, run, machine } = machineWith();
  run('G1X10F600');
  await clock.advance(305);
  machine.realtime(0x21);
  expect(machine).toMatchObject({ state: 'Hold', subState: 1 });
  machine.realtime(0x7e);
  expect(machine.state).toBe('Hold');
  await clock.advance(1000);
  expect(machine.position[0]).toBeCloseTo(3, 3);
  expect(machine).toMatchObject({ state: 'Hold', subState: 0, isReading: false });
  machine.realtime(0x7e);
  expect(machine.state).toBe('Run');
  await clock.advance(700);
  expect(machine).toMatchObject({ state: 'Idle', position: [10, 0, 0] });
});

test('a reset in motion costs the position; after a hold it does not', async () => {
  const { clock, run, machine, pushed } = machineWith();
  run('G1X10F600');
  await clock.advance(300);
  machine.realtime(0x18);
  expect(pushed).toEqual([{ kind: 'alarm', code: 3 }]);
  await clock.advance(500);
  expect(pushed.map(({ kind }) => kind)).toEqual(['alarm', 'banner', 'message']);
  expect(machine.state).toBe('Alarm');
  run('$X', 'G1X10F600');
  await clock.advance(200);
  machine.realtime(0x21);
  await clock.advance(100);
  machine.realtime(0x18);
  expect(pushed.at(-1)).toEqual({ kind: 'banner' });
  expect(machine).toMatchObject({ state: 'Idle', locked: false });
});

test('a soft limit is an alarm that only a reset ends, and its line is not answered', async () => {
  const { clock, run, machine, pushed, answers } = machineWith({ homing: true, softLimits: true });
  run('$X', 'G0X1');
  expect(answers).toEqual(['ok']);
  expect(pushed.slice(-2)).toEqual([
    { kind: 'alarm', code: 2 },
    { kind: 'message', text: 'Reset to continue' },
  ]);
  expect(machine).toMatchObject({ locked: true, tells: false, isReading: false });
  machine.realtime(0x18);
  await clock.advance(1000);
  expect(machine.locked).toBe(true);
  machine.realtime(0x18);
  expect(machine.locked).toBe(false);
});

test('a jog changes no mode, and ends with any hold', async () => {
  const { clock, run, machine, answers } = machineWith();
  run('G90', '$J=G91X10F600', '$J=G91X10F600');
  expect(machine.state).toBe('Jog');
  run('G0X0');
  expect(answers).toEqual(['ok', 'ok', 'ok', 9]);
  await clock.advance(500);
  machine.realtime(0x85);
  await clock.advance(50);
  expect(machine).toMatchObject({ state: 'Idle' });
  expect(machine.position[0]).toBeCloseTo(5, 3);
  run('G0X0');
  await clock.advance(1000);
  expect(machine.position).toEqual([0, 0, 0]);
});

test.each([
  ['X1Y', 2],
  ['1X', 1],
  ['G1X1', 22],
  ['G1X1X2F5', 25],
  ['G0G1X1', 21],
  ['G99', 20],
  ['Q5', 20],
  ['G4', 28],
  ['G10X1', 28],
  ['G53G2X1F10', 30],
  ['$Q', 3],
  ['$J=X1', 22],
  ['$J=G1X1F5', 16],
  ['$H', 5],
  ['$20=1', 10],
  ['$0=1', 6],
  ['$1=-1', 4],
  ['X'.repeat(80), 11],
])('%s is error %i', (line, code) => {
  const { run, answers } = machineWith();
  run(line);
  expect(answers).toEqual([code]);
});

test('work coordinates are kept in G54 and lost in G92', async () => {
  const { clock, run, machine } = machineWith();
  machine.planner.place([10, 20, 30]);
  run('G10L20P0X0');
  expect(machine.isReading).toBe(false);
  await clock.advance(20);
  run('G92Y5');
  expect(machine.offset).toEqual([10, 15, 0]);
  run('G0X1Y6');
  await clock.advance(5000);
  expect(machine.position).toEqual([11, 21, 30]);
  machine.realtime(0x18);
  expect(machine.offset).toEqual([10, 0, 0]);
});

test('inches, relative distances and overrides', async () => {
  const { clock, run, machine } = machineWith();
  run('G20G91G1X1F60');
  await clock.advance(505);
  expect(machine.position[0]).toBeCloseTo(12.7, 3);
  machine.realtime(0x91);
  expect(machine.planner.rate).toBeCloseTo(60 * 25.4 * 1.1, 6);
  await clock.advance(1000);
  expect(machine.position[0]).toBeCloseTo(25.4, 6);
  for (let step = 0; step < 30; step++) machine.realtime(0x91);
  expect(machine.accessories.feed).toBe(200);
});

test('an open door halts and switches off; it takes a closed door to go on', async () => {
  const { clock, run, machine } = machineWith();
  run('M3S100');
  run('G1X10F600');
  await clock.advance(300);
  machine.openDoor();
  await clock.advance(100);
  expect(machine).toMatchObject({ state: 'Door', subState: 1 });
  expect(machine.accessories.spindle).toBe('off');
  machine.realtime(0x7e);
  expect(machine.state).toBe('Door');
  machine.closeDoor();
  machine.realtime(0x7e);
  await clock.advance(1000);
  expect(machine).toMatchObject({ state: 'Idle', position: [10, 0, 0] });
  expect(machine.accessories.spindle).toBe('clockwise');
});

test('check mode moves nothing and ends with a reset', () => {
  const { run, machine, answers, pushed } = machineWith();
  run('$C', 'G1X5F600', 'G1Q1');
  expect(answers).toEqual(['ok', 'ok', 20]);
  expect(machine.planner.isEmpty).toBe(true);
  run('$C');
  expect(machine.state).toBe('Idle');
  expect(pushed.at(-1)).toEqual({ kind: 'banner' });
});

test('options are checked', () => {
  expect(() => grblOptions({ travelMm: -1 }, 1)).toThrow(expect.objectContaining({ code: 'invalid-request' }));
  expect(grblOptions(undefined, 5)).toMatchObject({ buildInfo: 'SIM-0005', pauseMs: 500 });
});
