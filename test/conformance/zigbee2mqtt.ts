import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { zigbee2mqtt } from '../../drivers/zigbee2mqtt/driver.ts';
import type { FarClient } from '../../simulators/simulator.ts';
import type { FarWill } from '../../simulators/wire/far-client.ts';
import { type BridgeBehaviour, zigbee2mqttSimulator } from '../../simulators/zigbee2mqtt/index.ts';
import {
  type AnySession,
  BellcrankError,
  DryRunEnd,
  type MessageConnection,
  type Model,
  validate,
} from '../../src/driver/index.ts';
import { VirtualClock } from '../../src/testing/virtual-clock.ts';
import {
  messageCall,
  readProperty,
  recordingContext,
  runCommand,
  sharedOn,
  type TestCall,
  type Told,
} from '../support/message-call.ts';

/** A session with one device of a simulated network, and the network to steer. */
export interface Face {
  readonly session: AnySession;
  readonly bridge: BridgeBehaviour;
  readonly told: Told;
  readonly clock: VirtualClock;
  call(settings?: { dryRun?: boolean }): TestCall;
  close(): Promise<void>;
}

/** Two clients of one broker: the driver's, and the bridge's, which was given the bridge's last will. */
export interface BridgeLink {
  readonly near: MessageConnection;
  readonly far: FarClient;
  close(): Promise<void>;
}

export type OpenFace = (device: string, options?: Record<string, unknown>) => Promise<Face>;

const replyTimeoutMs = 500;
let bridges = 0;

/** Face 1: the driver straight on the behaviour. */
export const withoutWire: OpenFace = async (name, options = {}) => {
  const clock = new VirtualClock();
  const simulator = zigbee2mqttSimulator.create({ clock, seed: 1, options });
  const bridge = simulator.behaviour;
  const { context, told } = recordingContext(clock);
  const device = bridge.device(name).address;
  const session = await simulator.driver.attach(null, { device, replyTimeoutMs }, context);
  return {
    session,
    bridge,
    told,
    clock,
    call: (settings) => messageCall({ connection: null, clock, ...settings }),
    close: async () => simulator.close(),
  };
};

/** Face 2: driver and bridge over whatever `connect` makes, each bridge with a base topic of its own. */
export function overMessages(connect: (will: FarWill) => Promise<BridgeLink>): OpenFace {
  return async (name, options = {}) => {
    const clock = new VirtualClock();
    const base = `z2m_${process.pid}_${++bridges}`;
    const simulator = zigbee2mqttSimulator.create({ clock, seed: 1, options: { base, ...options } });
    const { wire, behaviour: bridge } = simulator;
    if (wire.shape !== 'messages') throw new Error('a bridge speaks messages');
    const link = await connect(wire.will);
    wire.serve(link.far);
    const { context, told } = recordingContext(clock, undefined, sharedOn(link.near, clock));
    const device = bridge.device(name).address;
    const session = await zigbee2mqtt.attach(link.near, { device, base, replyTimeoutMs }, context);
    return {
      session,
      bridge,
      told,
      clock,
      call: (settings) => messageCall({ connection: link.near, clock, ...settings }),
      async close() {
        simulator.close();
        await link.close();
      },
    };
  };
}

/** Waits until something has become true; I/O may lie between. */
const until = (check: () => void): Promise<void> => vi.waitFor(check, { timeout: 5000, interval: 2 });

/** What every face of a device must do alike. */
export function zigbee2mqttConformance(face: string, openFace: OpenFace): void {
  describe(`a Zigbee device over ${face}`, () => {
    let it: Face;
    const open = async (device: string, options?: Record<string, unknown>): Promise<Face> => {
      it = await openFace(device, options);
      await until(() => expect(it.told.available).toBe(true));
      return it;
    };
    const run = (command: string, params: unknown, call = it.call()): Promise<unknown> =>
      runCommand(it.session, command, params, call);
    const write = (property: string, value: unknown, call = it.call()): Promise<unknown> | undefined =>
      // Erased handlers take `never`.
      it.session.write?.[property]?.(value as never, call.call as never);
    const model = (): Model => it.told.models.at(-1) ?? it.session.model ?? expect.fail('there is no model');
    const levels = (call: TestCall): string[] => call.confirmed.map(({ level }) => level);
    const giveUp = async (handle: () => Promise<unknown> | undefined, acted = (): void => {}): Promise<unknown> => {
      const timers = it.clock.pendingTimers;
      const outcome = Promise.resolve(handle()).catch((error: unknown) => error);
      await until(() => {
        acted();
        expect(it.clock.pendingTimers).toBeGreaterThan(timers);
      });
      await it.clock.advance(replyTimeoutMs);
      return await outcome;
    };

    afterEach(() => it.close());

    describe('a plug', () => {
      beforeEach(() => open('plug'));

      test('describes itself', () => {
        expect(model().properties).toMatchObject({
          state: { access: 'read-write', schema: { type: 'boolean' }, write: { confirmation: 'acknowledged' } },
          power: { access: 'read', schema: { type: 'number', unit: 'W' } },
          'led-disabled-night': { access: 'read-write' },
        });
        expect(Object.keys(model().commands)).toEqual(expect.arrayContaining(['set', 'toggle']));
        expect(model().stop).toMatchObject({ confirmation: 'acknowledged' });
      });

      test('acknowledges what is set, also when it is so already, and never more', async () => {
        for (const on of [true, true, false, false]) {
          const call = it.call();
          await write('state', on, call);
          expect(levels(call)).toEqual(['acknowledged']);
          expect(it.bridge.device('plug').values['state']).toBe(on ? 'ON' : 'OFF');
          await until(() => expect(it.told.value('state')).toBe(on));
        }
      });

      test('sets several values in one message', async () => {
        const call = it.call();
        const result = await run('set', { state: true, 'led-disabled-night': true }, call);
        expect(result).toEqual({ state: true, 'led-disabled-night': true });
        expect(validate(model().commands['set']?.result ?? {}, result)).toEqual([]);
        expect(it.bridge.device('plug').values).toMatchObject({ state: 'ON', led_disabled_night: true });
      });

      test('toggles, time after time', async () => {
        await write('state', false);
        for (const on of ['ON', 'OFF', 'ON']) {
          const call = it.call();
          await run('toggle', {}, call);
          expect(levels(call)).toEqual(['acknowledged']);
          expect(it.bridge.device('plug').values['state']).toBe(on);
        }
      });

      test('reads what the device has now', async () => {
        it.bridge.device('plug').values['power'] = 42.5;
        expect(await readProperty(it.session, 'power', it.call())).toBe(42.5);
      });

      test('tells what the device reports by itself', async () => {
        it.bridge.report('plug', { state: 'ON', power: 12 });
        await until(() => expect(it.told.value('power')).toBe(12));
        expect(it.told.value('state')).toBe(true);
      });

      test('reports values that fit their schemas', async () => {
        it.bridge.report('plug', { ...it.bridge.device('plug').values });
        await until(() => expect(it.told.value('energy')).toBeDefined());
        for (const { property, value } of it.told.reports) {
          const spec = model().properties[property];
          expect(spec?.access === 'write' ? [] : validate(spec?.schema ?? { not: {} }, value), property).toEqual([]);
        }
      });

      test('does not know what became of a command that nothing answers', async () => {
        it.bridge.device('plug').radio = 'mute';
        const call = it.call();
        const error = await giveUp(
          () => write('state', true, call),
          () => expect(it.bridge.device('plug').values['state']).toBe('ON'),
        );
        expect(error).toMatchObject({ code: 'device-timeout' });
        expect(levels(call)).toEqual([]);
      });

      test('tells why a device that is out of reach was not reached, and that nobody knows', async () => {
        it.bridge.device('plug').radio = 'unreachable';
        const error: unknown = await Promise.resolve(write('state', true)).catch((e: unknown) => e);
        expect(error).toMatchObject({ code: 'device-failed', outcome: 'unknown' });
      });

      test('is refused with the status of the device', async () => {
        it.bridge.device('plug').radio = 'refusing';
        const error: unknown = await Promise.resolve(write('state', true)).catch((e: unknown) => e);
        expect(error).toMatchObject({ code: 'device-refused', device: { code: 'UNSUPPORTED_ATTRIBUTE' } });
      });

      test('sends nothing to a device that is offline, and works when it is back', async () => {
        it.bridge.setAvailable('plug', false);
        await until(() => expect(it.told.available).toBe(false));
        const call = it.call();
        const error: unknown = await Promise.resolve(write('state', true, call)).catch((e: unknown) => e);
        expect(error).toMatchObject({ code: 'device-offline' });
        expect(call.published).toEqual([]);
        it.bridge.setAvailable('plug', true);
        await until(() => expect(it.told.available).toBe(true));
        await write('state', true);
      });

      test('goes with its bridge, and comes back with it', async () => {
        it.bridge.setOnline(false);
        await until(() => expect(it.told.available).toBe(false));
        await expect(run('toggle', {})).rejects.toMatchObject({ code: 'device-offline' });
        it.bridge.setOnline(true);
        await until(() => expect(it.told.available).toBe(true));
        await write('state', true);
      });

      test('goes when it leaves the network, and comes back when it joins again', async () => {
        const plug = it.bridge.remove('plug');
        await until(() => expect(it.told.available).toBe(false));
        it.bridge.join(plug);
        await until(() => expect(it.told.available).toBe(true));
        await write('state', true);
      });

      test('is followed when it is renamed', async () => {
        it.bridge.rename('plug', 'kitchen/kettle');
        await vi.waitFor(async () => {
          it.bridge.report('kitchen/kettle', { power: 77 });
          await Promise.resolve();
          expect(it.told.value('power')).toBe(77);
        });
        expect(it.told.available).toBe(true);
        const call = it.call();
        await write('state', true, call);
        expect(levels(call)).toEqual(['acknowledged']);
      });

      test('stops with its relay off', async () => {
        await write('state', true);
        const call = it.call();
        await it.session.stop?.(call.call as never);
        expect(it.bridge.device('plug').values['state']).toBe('OFF');
        expect(levels(call)).toEqual(['acknowledged']);
      });

      test('ends with the reason of its signal', async () => {
        it.bridge.device('plug').radio = 'mute';
        const call = it.call();
        const outcome = expect(write('state', true, call)).rejects.toMatchObject({ code: 'stopped' });
        await until(() => expect(it.bridge.device('plug').values['state']).toBe('ON'));
        call.abort(new BellcrankError('stopped', 'stop'));
        await outcome;
      });

      test.each(['set', 'toggle'])('shows in a dry run of %s what it would do, and does not', async (command) => {
        const call = it.call({ dryRun: true });
        const end: unknown = await run(command, command === 'set' ? { state: true } : {}, call).catch(
          (e: unknown) => e,
        );
        expect(end).toBeInstanceOf(DryRunEnd);
        expect(it.bridge.device('plug').values['state']).toBe('OFF');
      });
    });

    test('a light takes a color in either way, and tells it', async () => {
      await open('light');
      await run('set', { state: true, brightness: 100, 'color-xy': { x: 0.3, y: 0.31 } });
      expect(it.bridge.device('light').values).toMatchObject({ state: 'ON', brightness: 100 });
      await until(() => expect(it.told.value('color-xy')).toMatchObject({ x: 0.3, y: 0.31 }));
      await write('color-hs', { hue: 200, saturation: 50 });
      const both = { 'color-xy': { x: 0.3, y: 0.3 }, 'color-hs': { hue: 1, saturation: 2 } };
      expect(validate(model().commands['set']?.params ?? {}, both)).not.toEqual([]);
      expect(validate(model().commands['set']?.params ?? {}, { brightness: 300 })).not.toEqual([]);
      expect(validate(model().commands['set']?.params ?? {}, {})).not.toEqual([]);
    });

    test('a light has an effect that nothing tells of', async () => {
      await open('light');
      const call = it.call();
      expect(await run('effect', { value: 'blink' }, call)).toEqual({});
      expect(model().commands['effect']).toMatchObject({ confirmation: 'sent', effect: 'actuate' });
      expect(levels(call)).toEqual([]);
    });

    test('a light that is not spoken for is asked when it has already what is set', async () => {
      await open('light', { optimistic: false });
      await write('brightness', 10);
      const call = it.call();
      const handled = Promise.resolve(write('brightness', 10, call));
      if (face !== 'nothing') {
        await until(() => expect(it.clock.pendingTimers).toBeGreaterThan(0));
        await it.clock.advance(1500);
      }
      await handled;
      expect(levels(call)).toEqual(['acknowledged']);
    });

    test('a cover moves, is stopped, and goes to a position', async () => {
      await open('cover');
      expect(model().commands).toMatchObject({ open: {}, close: { confirmation: 'sent' }, 'stop-moving': {} });
      await run('close', {});
      await until(() => expect(it.clock.pendingTimers).toBeGreaterThan(0));
      await it.clock.advance(2000);
      await until(() => expect(it.told.value('position')).toBe(60));
      await run('stop-moving', {});
      await until(() => expect(it.clock.pendingTimers).toBe(0));
      await it.clock.advance(5000);
      expect(it.bridge.device('cover').values['position']).toBe(60);
      await write('position', 30);
      expect(it.bridge.device('cover').values['position']).toBe(30);
    });

    test('a thermostat has setpoints within their range and their steps', async () => {
      await open('thermostat');
      const spec = model().properties['occupied-heating-setpoint'];
      const schema = spec?.access === 'read-write' ? spec.write.schema : undefined;
      for (const wrong of [4, 31, 20.3, '20']) expect(validate(schema ?? {}, wrong), String(wrong)).not.toEqual([]);
      expect(validate(schema ?? {}, 21.5)).toEqual([]);
      await run('set', { 'occupied-heating-setpoint': 21.5, 'system-mode': 'heat', 'child-lock': true });
      const values = { occupied_heating_setpoint: 21.5, system_mode: 'heat', child_lock: 'LOCK' };
      expect(it.bridge.device('thermostat').values).toMatchObject(values);
    });

    test('each gang of a switch is switched by itself', async () => {
      await open('gangs');
      await write('state-l2', true);
      await run('toggle-l1', {});
      await run('toggle-l1', {});
      expect(it.bridge.device('gangs').values).toMatchObject({ state_l1: 'OFF', state_l2: 'ON' });
      const call = it.call();
      await it.session.stop?.(call.call as never);
      expect(it.bridge.device('gangs').values).toMatchObject({ state_l1: 'OFF', state_l2: 'OFF' });
    });

    test('a remote control tells what was pressed, each time', async () => {
      await open('remote');
      it.bridge.act('remote', 'single');
      it.bridge.act('remote', 'single');
      const single = { event: 'action', data: { action: 'single' } };
      await until(() => expect(it.told.events).toEqual([single, single]));
      expect(validate(model().events['action']?.data ?? { not: {} }, single.data)).toEqual([]);
      expect(model().properties['action']).toBeUndefined();
    });
  });
}
