import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { tasmotaDriver } from '../../drivers/tasmota/driver.ts';
import type { FarClient } from '../../simulators/simulator.ts';
import type { FarWill } from '../../simulators/wire/far-client.ts';
import { type TasmotaBehaviour, tasmotaSimulator } from '../../simulators/tasmota/index.ts';
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
import { type Mute, servedWithFaults } from '../support/mqtt/faults.ts';

/** A session on one face of the simulated plug, and the plug to steer. */
export interface Face {
  readonly session: AnySession;
  readonly plug: TasmotaBehaviour;
  readonly told: Told;
  /** Of the driver and of the plug. I/O under it is real where the face has some, so tests await conditions. */
  readonly clock: VirtualClock;
  /** What the driver is to have learned. */
  readonly model: Model;
  /** Undefined on face 1: there is no wire that could lose what it says. */
  readonly mute: Mute | undefined;
  call(settings?: { dryRun?: boolean }): TestCall;
  close(): Promise<void>;
}

/** The model that the session has now. */
export function modelOf({ session, told }: Face): Model {
  return told.models.at(-1) ?? session.model ?? { ...tasmotaDriver.model };
}

/** Two clients of one broker: the driver's, and the plug's, which was given the plug's last will. */
export interface PlugLink {
  readonly near: MessageConnection;
  readonly far: FarClient;
  close(): Promise<void>;
}

const replyTimeoutMs = 500;
let plugs = 0;

/** Face 1: the driver straight on the behaviour. */
export async function withoutWire(options: object = {}): Promise<Face> {
  const clock = new VirtualClock();
  const simulator = tasmotaSimulator.create({ clock, seed: 1, options });
  const { context, told } = recordingContext(clock);
  const session = await simulator.driver.attach(null, { topic: simulator.topic, replyTimeoutMs }, context);
  return {
    session,
    plug: simulator.behaviour,
    told,
    clock,
    model: simulator.driver.model,
    mute: undefined,
    call: (settings) => messageCall({ connection: null, clock, ...settings }),
    close: async () => simulator.close(),
  };
}

/** Face 2: driver and plug over whatever `connect` makes. Each plug has a topic of its own, so a broker may be shared. */
export function overMessages(connect: (will: FarWill) => Promise<PlugLink>): (options?: object) => Promise<Face> {
  return async (options = {}) => {
    const clock = new VirtualClock();
    const topic = `conformance_${process.pid}_${++plugs}`;
    const simulator = tasmotaSimulator.create({ clock, seed: 1, options: { ...options, topic } });
    const { wire } = simulator;
    if (wire.shape !== 'messages') throw new Error('a plug speaks messages');
    const link = await connect(wire.will);
    const mute = servedWithFaults(simulator, link.far, clock);
    const { context, told } = recordingContext(clock, undefined, sharedOn(link.near, clock));
    const session = await tasmotaDriver.attach(link.near, { topic, replyTimeoutMs }, context);
    return {
      session,
      plug: simulator.behaviour,
      told,
      clock,
      model: simulator.driver.model,
      mute,
      call: (settings) => messageCall({ connection: link.near, clock, ...settings }),
      async close() {
        simulator.close();
        await link.close();
      },
    };
  };
}

/** What every face of the plug must do alike. */
export function tasmotaConformance(name: string, open: () => Promise<Face>): void {
  describe(`tasmota over ${name}`, () => {
    let face: Face;
    const run = (command: string, params: unknown, call = face.call()): Promise<unknown> =>
      runCommand(face.session, command, params, call);
    /** Waits until something has become true; I/O may lie between. */
    const until = (check: () => void): Promise<void> => vi.waitFor(check, { timeout: 5000, interval: 2 });
    /** Lets the plug act and stay silent until the driver, once it waits, has given up. */
    const giveUp = async (handle: () => Promise<unknown> | undefined, acted = (): void => {}): Promise<unknown> => {
      const timers = face.clock.pendingTimers;
      const outcome = Promise.resolve(handle()).catch((error: unknown) => error);
      await until(() => {
        acted();
        expect(face.clock.pendingTimers).toBeGreaterThan(timers);
      });
      await face.clock.advance(replyTimeoutMs);
      return await outcome;
    };

    beforeEach(async () => {
      face = await open();
    });
    afterEach(() => face.close());

    test('is present and known once it is attached', async () => {
      expect(face.told.available).toBe(true);
      expect(face.told.value('power')).toBe(false);
      await until(() => {
        for (const property of Object.keys(modelOf(face).properties)) {
          expect(face.told.value(property), property).toBeDefined();
        }
      });
      expect(face.plug.on).toBe(false);
    });

    test('confirms the state asked for, also when it is the one it has', async () => {
      for (const on of [true, true, false, false]) {
        const call = face.call();
        expect(await run('power', { on }, call)).toEqual({ on });
        expect(call.confirmed.map(({ level }) => level)).toEqual(['confirmed']);
        expect(face.plug.on).toBe(on);
        expect(face.told.value('power')).toBe(on);
      }
      expect(face.told.events).toEqual([]);
    });

    test('acknowledges a toggle and tells what became of it, time after time', async () => {
      for (const on of [true, false, true, false, true]) {
        const call = face.call();
        expect(await run('toggle', {}, call)).toEqual({ on });
        expect(call.confirmed.map(({ level }) => level)).toEqual(['acknowledged']);
        expect(face.plug.on).toBe(on);
      }
      expect(face.told.events).toEqual([]);
    });

    test('gives results and readings that fit the specs', async () => {
      const { commands, properties } = modelOf(face);
      expect(validate(commands['power']?.result ?? {}, await run('power', { on: true }))).toEqual([]);
      expect(validate(commands['toggle']?.result ?? {}, await run('toggle', {}))).toEqual([]);
      for (const [property, { schema }] of Object.entries(properties)) {
        expect(validate(schema, await readProperty(face.session, property, face.call())), property).toEqual([]);
      }
      for (const { property, value } of face.told.reports) {
        const spec = Object.entries(properties).find(([key]) => key === property)?.[1];
        expect(validate(spec?.schema ?? { not: {} }, value), property).toEqual([]);
      }
    });

    test('reads what the plug has now', async () => {
      await run('power', { on: true });
      face.plug.setLoad(1000);
      expect(await readProperty(face.session, 'power', face.call())).toBe(true);
      expect(await readProperty(face.session, 'active-power', face.call())).toBeCloseTo(1000, -2);
      await face.clock.advance(3_600_000);
      expect(await readProperty(face.session, 'energy-total', face.call())).toBe(1);
    });

    test('tells a press of its button', async () => {
      face.plug.pressButton();
      await until(() => expect(face.told.events).toEqual([{ event: 'power-changed', data: { on: true } }]));
      expect(face.told.value('power')).toBe(true);
    });

    test('pushes its telemetry', async () => {
      await run('power', { on: true });
      face.plug.setLoad(1000);
      await face.clock.advance(10_000);
      await until(() => expect(face.told.value('active-power')).toBeCloseTo(1000, -2));
    });

    test('times out when nothing comes back, acts all the same, and is in step after a resync', async ({ skip }) => {
      const { mute } = face;
      if (mute === undefined) {
        skip('nothing lies between');
        return;
      }
      mute(true);
      const call = face.call();
      const error = await giveUp(
        () => run('power', { on: true }, call),
        () => expect(face.plug.on).toBe(true),
      );
      expect(error).toMatchObject({ code: 'device-timeout' });
      expect(call.confirmed.filter(({ level }) => level !== 'sent')).toEqual([]);
      expect(face.told.value('power')).toBe(false);
      mute(false);
      // Erased handlers take `never`.
      await face.session.resync?.(face.call().call as never);
      expect(face.told.value('power')).toBe(true);
      expect(await run('toggle', {})).toEqual({ on: false });
      expect(face.told.events).toEqual([]);
    });

    test('ends with the reason of its signal', async ({ skip }) => {
      if (face.mute === undefined) {
        skip('nothing lies between');
        return;
      }
      face.mute(true);
      const call = face.call();
      const handled = run('power', { on: true }, call);
      const reason = new BellcrankError('stopped', 'stop');
      const outcome = expect(handled).rejects.toBe(reason);
      await until(() => expect(face.plug.on).toBe(true));
      call.abort(reason);
      await outcome;
    });

    test('sends nothing while it is offline, and works when it is back', async () => {
      face.plug.goOffline();
      await until(() => expect(face.told.available).toBe(false));
      const call = face.call();
      await expect(run('power', { on: true }, call)).rejects.toMatchObject({ code: 'device-offline' });
      await expect(readProperty(face.session, 'power', face.call())).rejects.toMatchObject({ code: 'device-offline' });
      expect(call.published).toEqual([]);
      expect(face.plug.on).toBe(false);
      face.plug.comeOnline();
      await until(() => expect(face.told.available).toBe(true));
      expect(await run('power', { on: true })).toEqual({ on: true });
    });

    test('tells its state after its power was cut', async () => {
      await run('power', { on: true });
      face.plug.powerOnState = 0;
      face.plug.powerCycle();
      await until(() => expect(face.told.value('power')).toBe(false));
      // In between it was away, but a broker such as aedes drops a retained message that another follows at once.
      expect(face.told.available).toBe(true);
    });

    test('stops with its relay off', async () => {
      await run('power', { on: true });
      const call = face.call();
      // Erased handlers take `never`.
      await face.session.stop?.(call.call as never);
      expect(face.plug.on).toBe(false);
      expect(call.confirmed.map(({ level }) => level)).toEqual(['confirmed']);
    });

    test('tries to stop also when it is offline, and does not claim that it did', async () => {
      await run('power', { on: true });
      face.plug.goOffline();
      await until(() => expect(face.told.available).toBe(false));
      const call = face.call();
      const error = await giveUp(() => face.session.stop?.(call.call as never));
      expect(error).toMatchObject({ code: 'device-timeout' });
      expect(face.plug.on).toBe(true);
      expect(call.confirmed.filter(({ level }) => level !== 'sent')).toEqual([]);
    });

    test.each(['power', 'toggle'])('shows in a dry run of %s what it would do, and does not', async (command) => {
      const call = face.call({ dryRun: true });
      const end: unknown = await run(command, command === 'power' ? { on: true } : {}, call).catch((e: unknown) => e);
      expect(end).toBeInstanceOf(DryRunEnd);
      expect(end).toMatchObject({ complete: true });
      expect(await readProperty(face.session, 'power', face.call())).toBe(false);
      expect(face.plug.on).toBe(false);
    });
  });
}
