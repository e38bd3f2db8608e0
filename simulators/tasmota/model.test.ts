import { describe, expect, test } from 'vitest';
import { VirtualClock } from '../../src/testing/virtual-clock.ts';
import { tasmotaSimulator } from './index.ts';
import { TasmotaBehaviour } from './model.ts';

function bench({ seed = 1, loadWatts = 1000, telePeriodSeconds = 10 } = {}) {
  const clock = new VirtualClock();
  const plug = new TasmotaBehaviour(clock, { seed, loadWatts, telePeriodSeconds });
  return { clock, plug };
}

describe('the relay', () => {
  test('is off at first, obeys, and tells its state each time', () => {
    const { plug } = bench();
    const told: boolean[] = [];
    plug.listen({ switched: (on) => told.push(on) });
    expect(plug.on).toBe(false);
    expect([plug.switch('on'), plug.switch('on'), plug.switch('toggle'), plug.switch('off')]).toEqual([
      true,
      true,
      false,
      false,
    ]);
    plug.pressButton();
    plug.tell();
    expect(told).toEqual([true, true, false, false, true, true]);
  });

  test.each([
    [0, true, false],
    [1, false, true],
    [2, true, false],
    [2, false, true],
    [3, true, true],
    [3, false, false],
    [4, false, true],
  ] as const)('with PowerOnState %s and %s before comes up %s', (powerOnState, before, after) => {
    const { plug } = bench();
    plug.switch(before ? 'on' : 'off');
    plug.powerOnState = powerOnState;
    plug.powerCycle();
    expect(plug.on).toBe(after);
  });

  test('comes up with its uptime and its TelePeriod begun anew', async () => {
    const { clock, plug } = bench();
    let told = 0;
    plug.listen({ telemetry: () => told++ });
    await clock.advance(9_000);
    expect(plug.uptimeSeconds).toBe(9);
    plug.powerCycle();
    expect(plug.uptimeSeconds).toBe(0);
    await clock.advance(9_999);
    expect(told).toBe(0);
    await clock.advance(1);
    expect(told).toBe(1);
  });

  test('with PowerOnState 4 cannot be switched off', () => {
    const { plug } = bench();
    plug.powerOnState = 4;
    expect(plug.switch('off')).toBe(true);
  });

  test('goes on working without a network', () => {
    const { plug } = bench();
    const told: boolean[] = [];
    plug.listen({ presence: (online) => told.push(online) });
    plug.goOffline();
    plug.goOffline();
    plug.pressButton();
    expect(plug.on).toBe(true);
    plug.comeOnline();
    plug.comeOnline();
    expect(told).toEqual([false, true]);
  });
});

describe('the meter', () => {
  test('tells the load while the relay is on, within its variation', () => {
    const { plug } = bench();
    expect(plug.measure()).toMatchObject({ voltage: 0, current: 0, activePower: 0, factor: 0 });
    plug.switch('on');
    for (let n = 0; n < 100; n++) {
      const { voltage, current, activePower, apparentPower } = plug.measure();
      expect(Math.abs(voltage - 230)).toBeLessThanOrEqual(3);
      expect(Math.abs(activePower - 1000)).toBeLessThanOrEqual(10);
      expect(apparentPower).toBeGreaterThan(activePower);
      expect(voltage * current).toBeCloseTo(apparentPower, -1);
    }
    plug.setLoad(0);
    expect(plug.measure()).toMatchObject({ activePower: 0, apparentPower: 0, reactivePower: 0, current: 0 });
  });

  test('varies as the seed says', () => {
    const readings = (seed: number): number[] => {
      const { plug } = bench({ seed });
      plug.switch('on');
      return Array.from({ length: 5 }, () => plug.measure().activePower);
    };
    expect(readings(7)).toEqual(readings(7));
    expect(readings(7)).not.toEqual(readings(8));
  });

  test('adds up what flowed while the relay was on', async () => {
    const { clock, plug } = bench({ telePeriodSeconds: 0 });
    plug.setLoad(1000);
    await clock.advance(3_600_000);
    plug.switch('on');
    await clock.advance(1_800_000);
    plug.setLoad(2000);
    await clock.advance(1_800_000);
    plug.switch('off');
    await clock.advance(3_600_000);
    expect(plug.measure()).toMatchObject({ total: 1.5, today: 1.5, yesterday: 0 });
  });

  test('begins again at midnight', async () => {
    const { clock, plug } = bench({ telePeriodSeconds: 0 });
    plug.switch('on');
    await clock.advance(24 * 3_600_000);
    expect(plug.measure()).toMatchObject({ total: 24, today: 0, yesterday: 24 });
    await clock.advance(3_600_000);
    expect(plug.measure()).toMatchObject({ total: 25, today: 1, yesterday: 24 });
    await clock.advance(48 * 3_600_000);
    expect(plug.measure()).toMatchObject({ total: 73, today: 1, yesterday: 24 });
  });
});

describe('telemetry', () => {
  test('comes each TelePeriod, 10 s at least, until the plug is closed', async () => {
    const { clock, plug } = bench();
    let told = 0;
    plug.listen({ telemetry: () => told++ });
    await clock.advance(9_999);
    expect(told).toBe(0);
    await clock.advance(20_001);
    expect(told).toBe(3);
    plug.setTelePeriod(5);
    expect(plug.telePeriodSeconds).toBe(10);
    plug.setTelePeriod(1);
    expect(plug.telePeriodSeconds).toBe(300);
    plug.setTelePeriod(3601);
    plug.setTelePeriod(1.5);
    plug.setTelePeriod(-20);
    expect(plug.telePeriodSeconds).toBe(300);
    plug.setTelePeriod(0);
    expect(clock.pendingTimers).toBe(0);
    plug.setTelePeriod(20);
    plug.close();
    expect(clock.pendingTimers).toBe(0);
    plug.setTelePeriod(30);
    expect(clock.pendingTimers).toBe(0);
  });
});

test('its options are closed, and the seed names it', () => {
  const create = (options: unknown, seed = 1) => tasmotaSimulator.create({ clock: new VirtualClock(), seed, options });
  expect(create(undefined, 0x4a3b2c).topic).toBe('tasmota_4A3B2C');
  expect(create({ topic: 'plug-1' }).topic).toBe('plug-1');
  expect(create({ loadWatts: 60, telePeriodSeconds: 0 }).behaviour.loadWatts).toBe(60);
  expect(create({}).behaviour.telePeriodSeconds).toBe(10);
  for (const wrong of [{ topic: 'a/#' }, { loadWatts: -1 }, { telePeriodSeconds: 5 }, { watts: 1 }, 'x', []]) {
    expect(() => create(wrong)).toThrow(expect.objectContaining({ code: 'invalid-request' }));
  }
});
