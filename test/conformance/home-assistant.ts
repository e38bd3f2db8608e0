import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { homeAssistant } from '../../drivers/home-assistant/driver.ts';
import { boardModel, type BoardSimulator, homeAssistantSimulator } from '../../simulators/home-assistant/index.ts';
import type { FarClient } from '../../simulators/simulator.ts';
import type { FarWill } from '../../simulators/wire/far-client.ts';
import { type AnySession, DryRunEnd, type MessageConnection, type Model } from '../../src/driver/index.ts';
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

/** A session on one face of the simulated board, and the board to steer. */
export interface Face {
  readonly session: AnySession;
  readonly simulator: BoardSimulator;
  readonly told: Told;
  readonly clock: VirtualClock;
  /** Whether there is a wire on which it describes itself. */
  readonly describes: boolean;
  /** Undefined on face 1: there is no wire that could lose what it says. */
  readonly mute: Mute | undefined;
  call(settings?: { dryRun?: boolean }): TestCall;
  close(): Promise<void>;
}

/** Two clients of one broker. */
export interface BoardLink {
  readonly near: MessageConnection;
  readonly far: FarClient;
  close(): Promise<void>;
}

const replyTimeoutMs = 500;
let boards = 0;

export async function withoutWire(): Promise<Face> {
  const clock = new VirtualClock();
  const simulator = homeAssistantSimulator.create({ clock, seed: 1, options: {} });
  const { context, told } = recordingContext(clock);
  const session = await simulator.driver.attach(null, { device: simulator.device, replyTimeoutMs }, context);
  const call = (settings?: { dryRun?: boolean }): TestCall => messageCall({ connection: null, clock, ...settings });
  return {
    session,
    simulator,
    told,
    clock,
    describes: false,
    mute: undefined,
    call,
    close: async () => simulator.close(),
  };
}

export function overMessages(
  discovery: 'component' | 'device',
  connect: (will: FarWill) => Promise<BoardLink>,
): () => Promise<Face> {
  return async () => {
    const clock = new VirtualClock();
    const device = `board_${process.pid}_${++boards}`;
    const simulator = homeAssistantSimulator.create({ clock, seed: 1, options: { device, discovery } });
    const { wire } = simulator;
    if (wire.shape !== 'messages') throw new Error('a board speaks messages');
    const link = await connect(wire.will);
    const { context, told } = recordingContext(clock, new AbortController().signal, sharedOn(link.near, clock));
    const attaching = homeAssistant.attach(link.near, { device, replyTimeoutMs }, context);
    const mute = servedWithFaults(simulator, link.far, clock);
    const session = await attaching;
    const call = (settings?: { dryRun?: boolean }): TestCall =>
      messageCall({ connection: link.near, clock, ...settings });
    const close = async (): Promise<void> => {
      simulator.close();
      await link.close();
    };
    return { session, simulator, told, clock, describes: true, mute, call, close };
  };
}

/** What every face of the board must do alike. */
export function homeAssistantConformance(name: string, open: () => Promise<Face>): void {
  describe(`a device of Home Assistant discovery over ${name}`, () => {
    let face: Face;
    const until = (check: () => void): Promise<void> => vi.waitFor(check, { timeout: 5000, interval: 2 });
    const run = (command: string, params: unknown = {}, its = face.call()): Promise<unknown> =>
      runCommand(face.session, command, params, its);
    const write = (property: string, value: unknown, its = face.call()): Promise<unknown> | undefined =>
      // Erased handlers take `never`.
      face.session.write?.[property]?.(value as never, its.call as never);
    const model = (): Model | undefined => face.told.models.at(-1) ?? face.session.model;
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
      await until(() => {
        expect(model()).toEqual(boardModel);
        expect(face.told.available).toBe(true);
      });
    });
    afterEach(() => face.close());

    test('comes to the model that a person would write', () => {
      expect(Object.keys(model()?.properties ?? {}).toSorted()).toEqual(Object.keys(boardModel.properties).toSorted());
    });

    test.each([
      ['relay', true],
      ['setpoint', 21.5],
      ['mode', 'comfort'],
      ['lamp', true],
      ['lamp-brightness', 200],
    ] as const)('sets %s, confirmed by its state', async (property, value) => {
      const its = face.call();
      await write(property, value, its);
      expect(its.confirmed.map(({ level }) => level).filter((level) => level !== 'sent')).toEqual(['confirmed']);
      await until(() => expect(face.told.value(property)).toBe(value));
      const { relay, setpoint, mode, lamp, brightness } = face.simulator.behaviour.state;
      expect({ relay, setpoint, mode, lamp, 'lamp-brightness': brightness }[property]).toBe(value);
    });

    test('sets several things of the lamp in one message', async () => {
      const its = face.call();
      await run('lamp-set', { on: true, brightness: 77 }, its);
      expect(its.confirmed.at(-1)?.level).toBe('confirmed');
      expect(face.simulator.behaviour.state).toMatchObject({ lamp: true, brightness: 77 });
      expect(its.published.length).toBeLessThanOrEqual(1);
    });

    test('presses its button, and claims no more than that it was sent', async () => {
      const its = face.call();
      await run('restart-press', {}, its);
      await until(() => expect(face.simulator.behaviour.presses).toBe(1));
      expect(its.confirmed.filter(({ level }) => level !== 'sent')).toEqual([]);
    });

    test('moves its blind: acknowledged when it has begun, and there when it says so', async () => {
      const its = face.call();
      await run('blind-open', {}, its);
      expect(its.confirmed.at(-1)?.level).toBe('acknowledged');
      await until(() => expect(face.told.value('blind')).toBe('opening'));
      await run('blind-stop-moving');
      await until(() => expect(face.told.value('blind')).toBe('stopped'));
      await run('blind-close');
      await face.clock.advance(5000);
      await until(() => expect(face.told.value('blind')).toBe('closed'));
    });

    test('tells what happens to it', async () => {
      face.simulator.behaviour.set('relay', true);
      face.simulator.behaviour.set('temperature', 23.5);
      face.simulator.behaviour.set('door', true);
      await until(() => {
        expect([face.told.value('relay'), face.told.value('temperature'), face.told.value('door')]).toEqual([
          true,
          23.5,
          true,
        ]);
      });
    });

    test('acts and is silent: a timeout, and in step afterwards', async ({ skip }) => {
      const { mute } = face;
      if (mute === undefined) {
        skip('nothing lies between');
        return;
      }
      mute(true);
      const its = face.call();
      const error = await giveUp(
        () => write('relay', true, its),
        () => expect(face.simulator.behaviour.state.relay).toBe(true),
      );
      expect(error).toMatchObject({ code: 'device-timeout' });
      expect(its.confirmed.filter(({ level }) => level !== 'sent')).toEqual([]);
      mute(false);
      // Erased handlers take `never`.
      await face.session.resync?.(face.call().call as never);
      await write('relay', false);
      expect(face.simulator.behaviour.state.relay).toBe(false);
    });

    test('sends nothing while it is away, and works when it is back', async () => {
      face.simulator.behaviour.goOffline();
      await until(() => expect(face.told.available).toBe(false));
      const its = face.call();
      await expect(write('relay', true, its)).rejects.toMatchObject({ code: 'device-offline' });
      expect(its.published).toEqual([]);
      face.simulator.behaviour.comeOnline();
      await until(() => expect(face.told.available).toBe(true));
      await write('relay', true);
      expect(face.simulator.behaviour.state.relay).toBe(true);
    });

    test('is made safe by a stop', async () => {
      face.simulator.behaviour.set('relay', true);
      await run('lamp-set', { on: true });
      await run('blind-open');
      // Erased handlers take `never`.
      await face.session.stop?.(face.call().call as never);
      await until(() =>
        expect(face.simulator.behaviour.state).toMatchObject({ relay: false, lamp: false, blind: 'stopped' }),
      );
    });

    test('shows in a dry run what it would do, and does not', async () => {
      const its = face.call({ dryRun: true });
      await expect(write('relay', true, its)).rejects.toBeInstanceOf(DryRunEnd);
      expect(face.simulator.behaviour.state.relay).toBe(false);
    });

    test('describes itself anew, and takes its descriptions back', async (context) => {
      if (!face.describes) {
        context.skip('there are no descriptions without a wire');
        return;
      }
      face.simulator.describe({
        extra: [{ platform: 'switch', object_id: 'fan', name: 'Fan', cmd_t: 'boards/fan/set' }],
      });
      await until(() => expect(model()?.properties).toHaveProperty('fan'));
      await write('relay', true);
      face.simulator.describe({});
      await until(() => expect(model()).toEqual(boardModel));
      face.simulator.forget();
      await until(() => expect(face.told.available).toBe(false));
      face.simulator.describe({});
      await until(() => expect(face.told.available).toBe(true));
      await write('relay', false);
    });
  });
}
