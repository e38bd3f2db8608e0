import { expect, test } from 'vitest';
import type { SimulatorControl, SimulatorEvent } from '../simulation/control.ts';
import { VirtualClock } from '../testing/virtual-clock.ts';
import { SimulatorLog } from './simulator-log.ts';

function bench() {
  const clock = new VirtualClock();
  const lines: { fields: object; message: string }[] = [];
  const write = (fields: object, message: string): void => void lines.push({ fields, message });
  const log = new SimulatorLog({ debug: write, info: write, warn: write, error: write }, clock);
  // Of a control the log reads no more than this.
  const control = { model: 'toy' } as SimulatorControl;
  let lookups = 0;
  const devices = (): string[] => (lookups++, Array.from({ length: 30 }, (_, index) => `toy-${index}`));
  const take = (event: SimulatorEvent): void => log.take({ connection: 'line', control, event, devices });
  return { clock, lines, take, lookups: () => lookups };
}

test('a line says what was done, to which devices, and that they are simulated', () => {
  const { lines, take } = bench();
  take({ kind: 'state', part: 'main', changed: { note: 'a\x9b31m' } });
  expect(lines).toEqual([
    {
      message: 'state of a simulated device set',
      fields: {
        connection: 'line',
        simulator: 'toy',
        simulated: true,
        devices: Array.from({ length: 10 }, (_, index) => `toy-${index}`),
        part: 'main',
        changed: { note: 'a\\u009b31m' },
      },
    },
  ]);
});

test('faults are told with the seed that repeats them', () => {
  const { lines, take } = bench();
  take({ kind: 'faults', report: { seed: 9, faults: [{ fault: { kind: 'mute' }, acted: 0, active: true }] } });
  expect(lines[0]).toMatchObject({ message: 'faults set', fields: { seed: 9, faults: ['mute'] } });
});

test('a fault that acts on everything is a few lines, and hides nothing else', async () => {
  const { clock, lines, take, lookups } = bench();
  for (let n = 0; n < 10_000; n++) take({ kind: 'acted', fault: 'delay' });
  expect(lines).toHaveLength(5);
  expect(lookups()).toBe(5);
  take({ kind: 'pressed', button: 'unplug' });
  expect(lines).toHaveLength(6);
  await clock.advance(1000);
  take({ kind: 'acted', fault: 'delay' });
  expect(lines.slice(6)).toEqual([
    {
      message: 'more happened to the simulator than was logged',
      fields: { connection: 'line', simulator: 'toy', simulated: true, count: 9995 },
    },
    { message: 'fault acted', fields: expect.objectContaining({ fault: 'delay' }) },
  ]);
});
