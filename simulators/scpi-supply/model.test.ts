import { expect, test } from 'vitest';
import { VirtualClock } from '../../src/testing/virtual-clock.ts';
import { noError } from './error-queue.ts';
import { SupplyBehaviour } from './model.ts';
import { supplyOptions } from './options.ts';

function supply(options: object = {}) {
  const clock = new VirtualClock();
  return { clock, supply: new SupplyBehaviour(clock, supplyOptions(options, 42)) };
}

test('a supply starts with its output off and nothing set', () => {
  const { supply: it } = supply();
  expect(it).toMatchObject({ isOn: false, voltageSetpoint: 0, currentSetpoint: 1, measuredVoltage: 0 });
  expect(it.errors.next()).toBe(noError);
});

test('the output slews to its setpoint, and no timer is needed for it', async () => {
  const { supply: it, clock } = supply({ slewVoltsPerSecond: 20 });
  it.setVoltage(5);
  it.setOutput(true);
  expect(it.measuredVoltage).toBe(0);
  await clock.advance(100);
  expect(it.measuredVoltage).toBeCloseTo(2);
  await clock.advance(150);
  expect(it.measuredVoltage).toBe(5);
  expect(clock.pendingTimers).toBe(0);
});

test('a new setpoint on the way starts from where the output is, up or down', async () => {
  const { supply: it, clock } = supply({ slewVoltsPerSecond: 10 });
  it.setVoltage(5);
  it.setOutput(true);
  await clock.advance(300);
  it.setVoltage(1);
  expect(it.measuredVoltage).toBeCloseTo(3);
  await clock.advance(100);
  expect(it.measuredVoltage).toBeCloseTo(2);
  await clock.advance(1000);
  expect(it.measuredVoltage).toBe(1);
});

test('switching off is immediate, and switching on starts from nothing', async () => {
  const { supply: it, clock } = supply({ slewVoltsPerSecond: 10 });
  it.setVoltage(5);
  it.setOutput(true);
  await clock.advance(1000);
  it.setOutput(false);
  expect(it).toMatchObject({ measuredVoltage: 0, measuredCurrent: 0, measuredPower: 0, voltageSetpoint: 5 });
  await clock.advance(1000);
  it.setOutput(true);
  expect(it.measuredVoltage).toBe(0);
});

test('setting something else does not stop the slew', async () => {
  const { supply: it, clock } = supply({ slewVoltsPerSecond: 10 });
  it.setVoltage(5);
  it.setOutput(true);
  await clock.advance(200);
  it.setCurrent(2);
  it.setOutput(true);
  await clock.advance(100);
  expect(it.measuredVoltage).toBeCloseTo(3);
});

test.each([
  ['constant voltage', 10, 5, 0.5],
  ['constant current', 2, 2, 1],
  ['a short', 0, 0, 1],
  ['an open output', Infinity, 5, 0],
])('%s', async (_mode, ohms, volts, amps) => {
  const { supply: it, clock } = supply();
  it.setLoad(ohms);
  it.setVoltage(5);
  it.setOutput(true);
  await clock.advance(1000);
  expect(it.measuredVoltage).toBeCloseTo(volts);
  expect(it.measuredCurrent).toBeCloseTo(amps);
  expect(it.measuredPower).toBeCloseTo(volts * amps);
});

test('with its limit at zero an open output still has its voltage', async () => {
  const { supply: it, clock } = supply();
  it.setLoad(Infinity);
  it.setCurrent(0);
  it.setVoltage(5);
  it.setOutput(true);
  await clock.advance(1000);
  expect(it.measuredVoltage).toBe(5);
});

test('the supply has limits of its own', () => {
  const { supply: it } = supply();
  expect(it.setVoltage(30)).toBeUndefined();
  expect(it.setCurrent(5)).toBeUndefined();
  for (const error of [it.setVoltage(30.001), it.setVoltage(-0.001), it.setCurrent(5.001), it.setVoltage(NaN)]) {
    expect(error).toEqual({ code: -222, text: 'Data out of range' });
  }
  expect(it).toMatchObject({ voltageSetpoint: 30, currentSetpoint: 5 });
});

test('only the next setting fails, undone', () => {
  const { supply: it } = supply();
  it.failNext(-240, 'Hardware error');
  expect(it.setOutput(true)).toEqual({ code: -240, text: 'Hardware error' });
  expect(it.isOn).toBe(false);
  expect(it.setOutput(true)).toBeUndefined();
});

test('the error queue is first in, first out, and its twentieth place tells of an overflow', () => {
  const { supply: it } = supply();
  for (let code = 1; code <= 21; code++) it.pushError(code, 'Fault');
  const codes = Array.from({ length: 21 }, () => it.errors.next().code);
  expect(codes).toEqual([...Array.from({ length: 19 }, (_, index) => index + 1), -350, 0]);
  it.pushError(1, 'Fault');
  expect(it.errors.next().code).toBe(1);
});

test('replies leave at once, late or never, from the one that a test names', () => {
  const { supply: it } = supply();
  const next = (count: number) => Array.from({ length: count }, () => it.replies.next());
  it.delayReplies(30, 2);
  expect(next(4)).toEqual([0, 0, 30, 30]);
  it.mute(1);
  expect(next(3)).toEqual([0, undefined, undefined]);
  it.unmute();
  expect(next(2)).toEqual([0, 0]);
});

test('options are checked, and the seed makes the serial number', () => {
  expect(supplyOptions(undefined, 42)).toMatchObject({ loadOhms: 10, identity: 'BELLCRANK,SIM-SUPPLY,000042,1.0' });
  expect(supplyOptions({ identity: 'ACME,X,1,1' }, 42)).toMatchObject({ identity: 'ACME,X,1,1' });
  for (const wrong of [{ load: 1 }, { loadOhms: '10' }, { slewVoltsPerSecond: 0 }, 'ACME', null, []]) {
    const check = () => supplyOptions(wrong === null ? { loadOhms: null } : wrong, 42);
    expect(check).toThrow(expect.objectContaining({ code: 'invalid-request' }));
  }
});
