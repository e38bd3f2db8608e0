import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { homie } from '../../drivers/homie/driver.ts';
import { type HomieSimulator, homieSimulator, type HomieThermostat } from '../../simulators/homie/index.ts';
import type { FarClient } from '../../simulators/simulator.ts';
import type { FarWill } from '../../simulators/wire/far-client.ts';
import { type AnySession, DryRunEnd, type MessageConnection, type Model, validate } from '../../src/driver/index.ts';
import { VirtualClock } from '../../src/testing/virtual-clock.ts';
import {
  messageCall,
  recordingContext,
  runCommand,
  sharedOn,
  type TestCall,
  type Told,
} from '../support/message-call.ts';
import { type Mute, servedWithFaults } from '../support/mqtt/faults.ts';

/** A session with a simulated device, and the device to steer. */
export interface Face {
  readonly session: AnySession;
  readonly thermostat: HomieThermostat;
  readonly told: Told;
  readonly clock: VirtualClock;
  /** Undefined on face 1: there is no wire that could lose what it says. */
  readonly mute: Mute | undefined;
  call(settings?: { dryRun?: boolean }): TestCall;
  close(): Promise<void>;
}

/** Two clients of one broker: the driver's, and the device's, which was given its last will. */
export interface HomieLink {
  readonly near: MessageConnection;
  readonly far: FarClient;
  close(): Promise<void>;
}

export type OpenFace = (options: Record<string, unknown>, suffix?: string) => Promise<Face>;

const timing = { replyTimeoutMs: 500, settleMs: 100 };
const stop = [{ property: 'climate-mode', value: 'off' }];
let devices = 0;

/** Face 1: the driver straight on the behaviour. */
export const withoutWire: OpenFace = async (options, suffix = '') => {
  const clock = new VirtualClock();
  const simulator = homieSimulator.create({ clock, seed: 1, options });
  const { context, told } = recordingContext(clock);
  const device = `thermostat${suffix}`;
  const session = await simulator.driver.attach(null, { device, ...timing, ...(suffix === '' && { stop }) }, context);
  const call: Face['call'] = (settings) => messageCall({ connection: null, clock, ...settings });
  return {
    session,
    thermostat: simulator.behaviour,
    told,
    clock,
    mute: undefined,
    call,
    close: async () => simulator.close(),
  };
};

/** Face 2: driver and device over whatever `connect` makes, each device with an ID of its own. */
export function overMessages(connect: (will: FarWill) => Promise<HomieLink>): OpenFace {
  return async (options, suffix = '') => {
    const clock = new VirtualClock();
    const id = `t${process.pid}-${++devices}`;
    const simulator: HomieSimulator = homieSimulator.create({ clock, seed: 1, options: { device: id, ...options } });
    const { wire, behaviour: thermostat } = simulator;
    if (wire.shape !== 'messages') throw new Error('a device speaks messages');
    const link = await connect(wire.will);
    const mute = servedWithFaults(simulator, link.far, clock);
    const { context, told } = recordingContext(clock, undefined, sharedOn(link.near, clock));
    const device = `${id}${suffix}`;
    const session = await homie.attach(link.near, { device, ...timing, ...(suffix === '' && { stop }) }, context);
    const call: Face['call'] = (settings) => messageCall({ connection: link.near, clock, ...settings });
    const close = async (): Promise<void> => {
      simulator.close();
      await link.close();
    };
    return { session, thermostat, told, clock, mute, call, close };
  };
}

/** Waits until something has become true; I/O may lie between. */
const until = (check: () => void | Promise<void>): Promise<void> => vi.waitFor(check, { timeout: 5000, interval: 2 });

/** What every face of a device must do alike, in each version of the convention. */
export function homieConformance(face: string, openFace: OpenFace): void {
  describe.each([
    { version: 5, target: true },
    { version: 5, target: false },
    { version: 4, target: false },
  ])(`a Homie $version device over ${face}, target $target`, ({ version, target }) => {
    let it: Face;
    const open = async (options: Record<string, unknown> = {}, suffix = ''): Promise<void> => {
      it = await openFace({ version, target, ...options }, suffix);
      await until(async () => {
        // Attributes of Homie 4 come in a burst, whose end is a matter of time; brokers take time of their own.
        await it.clock.advance(5);
        expect(it.told.available).toBe(true);
      });
    };
    const write = (property: string, value: unknown, call = it.call()): Promise<unknown> =>
      // Erased handlers take `never`.
      it.session.write?.[property]?.(value as never, call.call as never) ?? expect.fail(`${property} is not written`);
    const model = (): Model => it.told.models.at(-1) ?? it.session.model ?? expect.fail('there is no model');
    const levels = ({ confirmed }: TestCall): string[] => confirmed.map(({ level }) => level);
    /** Lets time pass, once the driver waits, until it has settled; slowly enough for what is on its way over a wire. */
    const pass = async (handled: Promise<unknown>, ms: number): Promise<unknown> => {
      let settled = false;
      const outcome = handled.catch((error: unknown) => error).finally(() => (settled = true));
      await until(() => expect(it.clock.pendingTimers).toBeGreaterThan(0));
      let passed = 0;
      await until(async () => {
        const step = settled ? 0 : Math.min(10, ms - passed);
        passed += step;
        if (step > 0) await it.clock.advance(step);
        expect(settled).toBe(true);
      });
      return await outcome;
    };

    describe('', () => {
      beforeEach(() => open());
      afterEach(() => it.close());

      test('describes itself, and tells what it has', async () => {
        expect(model().properties).toMatchObject({
          'climate-temperature': { access: 'read', schema: { type: 'number', unit: '°C' } },
          'climate-setpoint': { access: 'read-write', write: { confirmation: 'acknowledged', schema: { minimum: 5 } } },
          'climate-mode': { schema: { enum: ['off', 'heat', 'auto'] } },
        });
        await until(() => expect(it.told.value('climate-temperature')).toBe(20.5));
        await until(() => expect(it.told.value('climate-heating')).toBe(false));
        await until(() => expect(it.told.value('panel-label')).toBe(version === 5 ? '' : 'Room'));
        for (const { property, value } of it.told.reports) {
          const spec = model().properties[property];
          expect(spec?.access === 'write' ? [] : validate(spec?.schema ?? { not: {} }, value), property).toEqual([]);
        }
      });

      test('confirms what is set, also when it is so already', async () => {
        for (const [property, value, payload] of [
          ['climate-setpoint', 22.5, '22.5'],
          ['climate-setpoint', 22.5, '22.5'],
          ['climate-mode', 'heat', 'heat'],
          ['panel-label', 'Attic', 'Attic'],
        ] as const) {
          const call = it.call();
          await write(property, value, call);
          expect(levels(call).at(-1)).toBe('confirmed');
          expect(it.thermostat.device.values.get(property.replace('-', '/'))).toBe(payload);
        }
        await until(() => expect(it.told.value('climate-setpoint')).toBe(22.5));
      });

      test.runIf(version === 5)('an empty text is one, too', async () => {
        await write('panel-label', 'x');
        await write('panel-label', '');
        await until(() => expect(it.told.value('panel-label')).toBe(''));
      });

      test('a color', async () => {
        await write('panel-backlight', { r: 1, g: 2, b: 3 });
        await until(() => expect(it.told.value('panel-backlight')).toEqual({ r: 1, g: 2, b: 3 }));
      });

      test('what takes its time is accepted where the device says so, and else not known', async () => {
        const call = it.call();
        const outcome = await pass(write('climate-valve', 100, call), 500);
        if (target) expect(levels(call)).toEqual(['acknowledged']);
        else expect(outcome).toMatchObject({ code: 'device-timeout' });
        await until(async () => {
          await it.clock.advance(500);
          expect(it.told.value('climate-valve')).toBe(100);
        });
      });

      test('does not know what became of what nothing answers', async ({ skip }) => {
        if (it.mute === undefined) {
          skip('nothing lies between');
          return;
        }
        it.mute(true);
        const call = it.call();
        expect(await pass(write('climate-mode', 'heat', call), 500)).toMatchObject({ code: 'device-timeout' });
        expect(levels(call)).toEqual([]);
      });

      test('orders what is momentary, and hears of moments', async () => {
        const call = it.call();
        expect(await runCommand(it.session, 'panel-beep', { value: 'twice' }, call)).toEqual({});
        await until(() => expect(it.thermostat.beeps).toEqual(['twice']));
        expect(levels(call)).toEqual([]);
        it.thermostat.press('long');
        const pressed = { event: 'panel-pressed', data: { value: 'long' } };
        await until(() => expect(it.told.events).toEqual([pressed]));
        expect(validate(model().events['panel-pressed']?.data ?? { not: {} }, pressed.data)).toEqual([]);
      });

      test('is told nothing while it is away, and works when it is back', async () => {
        it.thermostat.goOffline();
        await until(() => expect(it.told.available).toBe(false));
        const call = it.call();
        const error: unknown = await write('climate-mode', 'heat', call).catch((e: unknown) => e);
        expect(error).toMatchObject({ code: 'device-offline' });
        expect(call.published).toEqual([]);
        it.thermostat.comeOnline();
        await until(() => expect(it.told.available).toBe(true));
        await write('climate-mode', 'heat');
      });

      test('goes when it is removed', async () => {
        it.thermostat.remove();
        await until(() => expect(it.told.available).toBe(false));
      });

      test('becomes another one and stays the same device', async () => {
        const { nodes } = it.thermostat.device;
        const fan = {
          name: 'Fan',
          properties: { speed: { name: 'Speed', datatype: 'integer', settable: true, value: '1' } },
        };
        it.thermostat.device.reconfigure({ ...nodes, fan });
        await until(async () => {
          await it.clock.advance(100);
          expect(model().properties).toHaveProperty('fan-speed');
          expect(it.told.available).toBe(true);
        });
        await write('fan-speed', 2);
        await until(() => expect(it.told.value('fan-speed')).toBe(2));
      });

      test('stops as it is configured', async () => {
        const call = it.call();
        // Erased handlers take `never`.
        await it.session.stop?.(call.call as never);
        expect(it.thermostat.device.values.get('climate/mode')).toBe('off');
      });

      test('shows in a dry run what it would do, and does not', async () => {
        const end: unknown = await write('climate-mode', 'heat', it.call({ dryRun: true })).catch((e: unknown) => e);
        expect(end).toBeInstanceOf(DryRunEnd);
        expect(it.thermostat.device.values.get('climate/mode')).toBe('auto');
      });
    });

    test.runIf(version === 5)('a child goes with its root, and is a device of its own', async () => {
      await open({}, '-relay');
      await write('relay-power', true);
      expect(it.thermostat.child?.values.get('relay/power')).toBe('true');
      it.thermostat.goOffline();
      await until(() => expect(it.told.available).toBe(false));
      it.thermostat.comeOnline();
      await until(() => expect(it.told.available).toBe(true));
      await it.close();
    });
  });
}
