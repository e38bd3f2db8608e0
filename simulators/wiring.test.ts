import { expect, onTestFinished, test } from 'vitest';
import { BellcrankError } from '../src/errors.ts';
import { VirtualClock } from '../src/testing/virtual-clock.ts';
import { ovenSimulator } from './modbus/index.ts';
import { SimulatorClock } from './simulator-clock.ts';
import { entry, quantity, type StateEntries, text, whole, yesOrNo } from './state.ts';
import { Wiring, type WireSpec } from './wiring.ts';

interface Values {
  celsius: number;
  count: number;
  on: boolean;
  label: string;
}

/** Something with a value of each kind, which notes how often it is set. */
function device(clock: VirtualClock) {
  const values: Values = { celsius: 0, count: 0, on: false, label: 'x' };
  const its = { sets: 0, fails: undefined as Error | undefined };
  const put = <K extends keyof Values>(key: K) => {
    return (value: Values[K]): void => {
      if (its.fails !== undefined) throw its.fails;
      its.sets++;
      values[key] = value;
    };
  };
  const state: StateEntries = {
    celsius: entry(quantity('Temperature', '°C', -50, 100), () => values.celsius, put('celsius')),
    count: entry(whole('Count', '', 0, 10), () => values.count, put('count')),
    on: entry(yesOrNo('On'), () => values.on, put('on')),
    label: entry(text('Label', 3), () => values.label, put('label')),
    power: entry(quantity('Power', 'W', 0, 10), () => 1),
  };
  const own = new SimulatorClock(clock);
  return { values, its, own, running: [{ simulator: { parts: [{ name: 'main', state }] }, clock: own }] };
}

function wired(...specs: WireSpec[]) {
  const clock = new VirtualClock();
  const [one, two] = [device(clock), device(clock)];
  const wiring = new Wiring(specs);
  wiring.add('one', one.running);
  wiring.add('two', two.running);
  onTestFinished(() => {
    wiring.remove('one');
    wiring.remove('two');
  });
  return { clock, wiring, one, two };
}

const from = (state: string) => ({ connection: 'one', state });
const to = (state: string) => ({ connection: 'two', state });

test('what one has is what the other meets, now and then', async () => {
  const { clock, one, two } = wired({ from: from('celsius'), to: to('celsius'), factor: 2, offset: 1, everyMs: 100 });
  expect(two.values.celsius).toBe(1);
  one.values.celsius = 20;
  await clock.advance(99);
  expect(two.values.celsius).toBe(1);
  await clock.advance(1);
  expect(two.values.celsius).toBe(41);
});

test('what stays as it is is set once, and what somebody else moved is moved back', async () => {
  const { clock, two } = wired({ from: from('celsius'), to: to('celsius'), everyMs: 10 });
  await clock.advance(1000);
  expect(two.its.sets).toBe(1);
  two.values.celsius = 7;
  await clock.advance(10);
  expect(two.values.celsius).toBe(0);
});

test('numbers are kept within bounds, counted where counts are, and yes is 1', async () => {
  const { clock, one, two } = wired(
    { from: from('celsius'), to: to('count'), everyMs: 10 },
    { from: from('on'), to: to('celsius'), factor: 30, everyMs: 10 },
  );
  one.values.celsius = 3.6;
  one.values.on = true;
  await clock.advance(10);
  expect([two.values.count, two.values.celsius]).toEqual([4, 30]);
  one.values.celsius = 99;
  await clock.advance(10);
  expect(two.values.count).toBe(10);
});

test('what is no value, or cannot be now, leaves the other as it is', async () => {
  const { clock, one, two } = wired({ from: from('celsius'), to: to('celsius'), everyMs: 10 });
  one.values.celsius = 5;
  await clock.advance(10);
  one.values.celsius = Number.NaN;
  await clock.advance(10);
  expect(two.values.celsius).toBe(5);
  one.values.celsius = 6;
  two.its.fails = new BellcrankError('invalid-request', 'not now');
  await clock.advance(10);
  expect(two.values.celsius).toBe(5);
  two.its.fails = undefined;
  await clock.advance(10);
  expect(two.values.celsius).toBe(6);
});

test('it goes by the clock of the one that it leads to', async () => {
  const { clock, one, two } = wired({ from: from('celsius'), to: to('celsius'), everyMs: 100 });
  two.own.set({ paused: true });
  one.values.celsius = 9;
  await clock.advance(1000);
  expect(two.values.celsius).toBe(0);
  two.own.set({ paused: false, speed: 10 });
  await clock.advance(10);
  expect(two.values.celsius).toBe(9);
});

test('a ring goes round from sample to sample, and not without end', async () => {
  const { clock, one, two } = wired(
    { from: from('celsius'), to: to('celsius'), offset: 1, everyMs: 100 },
    { from: to('celsius'), to: from('celsius'), offset: 1, everyMs: 100 },
  );
  await clock.advance(250);
  expect(one.values.celsius).toBeLessThanOrEqual(8);
  expect(two.values.celsius).toBeLessThanOrEqual(8);
});

test('removed, it carries no more and leaves no timer', async () => {
  const { clock, wiring, one, two } = wired({ from: from('celsius'), to: to('celsius'), everyMs: 10 });
  wiring.remove('one');
  expect(clock.pendingTimers).toBe(0);
  one.values.celsius = 4;
  await clock.advance(100);
  expect(two.values.celsius).toBe(0);
});

test.each<[WireSpec, RegExp]>([
  [
    { from: from('nothing'), to: to('celsius') },
    /wiring\/0\/from: there is no state nothing on one; there is: celsius/,
  ],
  [{ from: { ...from('celsius'), part: 'door' }, to: to('celsius') }, /one has no part door; it has: main/],
  [{ from: from('celsius'), to: to('power') }, /wiring\/0\/to: power follows from the rest/],
  [{ from: from('label'), to: to('celsius') }, /celsius must be number/],
])('what cannot be wired is told at the start: %j', (spec, message) => {
  expect(() => wired(spec)).toThrow(message);
});

test('the oven heats what the other oven stands in', async () => {
  const clock = new VirtualClock();
  const hot = ovenSimulator.create({ clock, seed: 1, options: { units: [{ unit: 3, device: { temperature: 150 } }] } });
  const cool = ovenSimulator.create({ clock, seed: 1, options: {} });
  const wiring = new Wiring([
    {
      from: { connection: 'hot', part: 'unit-3', state: 'temperature' },
      to: { connection: 'cool', state: 'room-temperature' },
      factor: 0.1,
      offset: 20,
    },
  ]);
  wiring.add('hot', [{ simulator: hot, clock }]);
  wiring.add('cool', [{ simulator: cool, clock }]);
  expect(cool.behaviour().roomTemperature).toBeCloseTo(35, 3);
  await clock.advance(30_000);
  expect(cool.behaviour().temperature).toBeGreaterThan(22);
  wiring.remove('hot');
});
