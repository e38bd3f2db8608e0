import { expect, test } from 'vitest';
import { VirtualClock } from '../../src/testing/virtual-clock.ts';
import { exceptions, ovenSimulator } from './index.ts';

function oven(device: object = {}) {
  const clock = new VirtualClock();
  const line = ovenSimulator.create({ clock, seed: 1, options: { units: [{ unit: 1, device }] } });
  const { bank } = line.unit();
  const write = (name: string, ...numbers: number[]): number | undefined => {
    const span = bank.points.get(name)?.span;
    return span && bank.write({ ...span, count: numbers.length }, numbers);
  };
  const minutes = (count: number): Promise<void> => clock.advance(count * 60_000);
  return { clock, bank, write, minutes, it: line.behaviour() };
}

const heating = { setpoint: 150, heaterOn: true };

test('it heats to its setpoint, and then takes what it loses', async () => {
  const { bank, minutes, it } = oven(heating);
  await minutes(1);
  expect(it.temperature).toBeGreaterThan(60);
  expect(bank.get('at-setpoint')).toBe(false);
  await minutes(20);
  expect(it.temperature).toBeCloseTo(150, 0);
  expect(bank.get('at-setpoint')).toBe(true);
  expect(bank.get('power')).toBeGreaterThan(700);
  expect(bank.get('power')).toBeLessThan(760);
  expect(bank.get('operating-hours')).toBeCloseTo(21 / 60, 2);
});

test('it cools to the temperature of the room, as a chamber of first order does', async () => {
  const { it, clock } = oven({ temperature: 121, roomTemperature: 21, timeConstantSeconds: 100 });
  await clock.advance(100_000);
  expect(it.temperature).toBeCloseTo(21 + 100 / Math.E, 0);
});

test('what it does depends on how much time has passed, not on how often it was asked', async () => {
  const [often, once] = [oven(heating), oven(heating)];
  for (let count = 0; count < 100; count++) {
    await often.clock.advance(1000);
    often.it.refresh();
  }
  await once.clock.advance(100_000);
  expect(often.it.temperature).toBeCloseTo(once.it.temperature, 6);
});

test('it follows a ramp', async () => {
  const { minutes, it, write } = oven(heating);
  write('ramp', 100);
  await minutes(5);
  // 10 K a minute from 21 °C; the chamber lags a little.
  expect(it.temperature).toBeGreaterThan(60);
  expect(it.temperature).toBeLessThan(72);
});

test('an open door interrupts the heater, and the chamber cools', async () => {
  const { bank, minutes, it } = oven({ ...heating, temperature: 150 });
  await minutes(1);
  it.openDoor(true);
  await minutes(1);
  expect(bank.get('door-open')).toBe(true);
  expect(bank.get('power')).toBe(0);
  expect(it.temperature).toBeLessThan(60);
  it.openDoor(false);
  await minutes(1);
  expect(bank.get('power')).toBeGreaterThan(0);
});

test('the power limit limits', async () => {
  const { bank, minutes, it } = oven(heating);
  bank.set('power-limit', 100);
  await minutes(30);
  expect(bank.get('power')).toBe(100);
  expect(it.temperature).toBeCloseTo(21 + 350 / 20, 1);
});

test('an alarm is latched, takes the heater with it, and is reset once its cause is gone', async () => {
  const { bank, write, it } = oven(heating);
  it.setTemperature(320);
  expect(bank.get('alarm')).toBe('over-temperature');
  expect(bank.get('heater-on')).toBe(false);
  expect(write('heater-on', 1)).toBe(exceptions.illegalValue);
  expect(write('reset-alarm', 1)).toBe(exceptions.illegalValue);
  it.setTemperature(100);
  expect(bank.get('alarm')).toBe('over-temperature');
  expect(write('reset-alarm', 1)).toBeUndefined();
  expect(bank.get('alarm')).toBe('none');
  expect(write('heater-on', 1)).toBeUndefined();
  expect(bank.get('heater-on')).toBe(true);
});

test('a broken sensor tells no temperature', () => {
  const { bank, it } = oven();
  it.breakSensor(true);
  expect(bank.read({ table: 'input', address: 0, count: 1 })).toEqual([0x80_00]);
  expect(bank.get('alarm')).toBe('sensor');
});

test('it refuses a setpoint beyond its own limits', () => {
  const { bank, write } = oven();
  expect(write('setpoint', 3001)).toBe(exceptions.illegalValue);
  expect(write('setpoint', 0xff_ff)).toBe(exceptions.illegalValue);
  expect(bank.get('setpoint')).toBe(21);
  expect(write('setpoint', 3000)).toBeUndefined();
});
