import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { mqttRpcDriver } from '../../drivers/mqtt-rpc/driver.ts';
import type { MqttRpcOptions } from '../../drivers/mqtt-rpc/model.ts';
import { type LampSimulator, mqttRpcSimulator } from '../../simulators/mqtt-rpc/index.ts';
import { BellcrankError, DryRunEnd, validate } from '../../src/driver/index.ts';
import type { Face, FaceOptions } from '../support/mqtt/face.ts';
import { lampOptions } from '../support/mqtt/mqtt-rpc.ts';

const replyTimeoutMs = 300;
let devices = 0;

/** Each lamp has a name of its own, so that a broker may be shared. */
export function lampFace(correlation: MqttRpcOptions['correlation']): FaceOptions<LampSimulator> {
  const device = `conformance_${process.pid}_${++devices}`;
  const options = lampOptions(device, correlation);
  return { kind: mqttRpcSimulator, driver: mqttRpcDriver, simulator: { device, correlation }, options };
}

/** What every face of the simulated lamp must do alike. */
export function mqttRpcConformance(name: string, open: () => Promise<Face<LampSimulator>>): void {
  describe(`an mqtt-rpc over ${name}`, () => {
    let face: Face<LampSimulator>;
    const until = (check: () => void): Promise<void> => vi.waitFor(check, { timeout: 5000, interval: 2 });
    const lamp = () => face.simulator.behaviour;
    const levels = (call: ReturnType<Face<LampSimulator>['call']>) =>
      call.confirmed.map(({ level }) => level).filter((level) => level !== 'sent');
    /** Lets the lamp act and stay silent until the driver, once it waits, has given up. */
    const giveUp = async (handle: () => Promise<unknown>, acted = (): void => {}): Promise<unknown> => {
      const timers = face.clock.pendingTimers;
      const outcome = handle().catch((error: unknown) => error);
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

    test('is present, and has a handler for everything in its model', () => {
      expect(face.told.available ?? true).toBe(true);
      const { model, commands, stop } = face.session;
      expect(Object.keys(commands).toSorted()).toEqual(Object.keys(model?.commands ?? {}).toSorted());
      expect(stop === undefined).toBe(model?.stop === undefined);
    });

    test('confirms what it reports, also when it was so already', async () => {
      for (const on of [true, true, false]) {
        const call = face.call();
        const result = await face.run('set', { on, level: 30 }, call);
        expect(result).toEqual({ on, level: 30 });
        expect(validate(face.session.model?.commands['set']?.result ?? {}, result)).toEqual([]);
        expect(levels(call)).toEqual(['confirmed']);
        expect(lamp().on).toBe(on);
      }
      expect(await face.run('get', {})).toEqual({ on: false, level: 30 });
    });

    test('acknowledges what only it knows the end of', async () => {
      const call = face.call();
      expect(await face.run('blink', {}, call)).toEqual({});
      expect(levels(call)).toEqual(['acknowledged']);
      expect(lamp().blinked).toBe(1);
      await face.run('wink', {});
      await until(() => expect(lamp().blinked).toBe(2));
    });

    test('keeps what it refuses and fails with', async () => {
      await expect(face.run('set', { on: true, level: 95 })).rejects.toMatchObject({
        code: 'device-refused',
        device: { code: '409' },
      });
      await expect(face.run('explode', {})).rejects.toMatchObject({ code: 'device-failed', device: { code: '500' } });
      await expect(face.run('unknown', {})).rejects.toMatchObject({ code: 'device-refused', device: { code: '404' } });
      expect(lamp().on).toBe(false);
    });

    test('times out when nothing comes back, and acts all the same', async ({ skip }) => {
      const { mute } = face;
      if (mute === undefined) {
        skip('nothing lies between');
        return;
      }
      mute(true);
      const call = face.call();
      const error = await giveUp(
        () => face.run('set', { on: true }, call),
        () => expect(lamp().on).toBe(true),
      );
      expect(error).toMatchObject({ code: 'device-timeout' });
      expect(levels(call)).toEqual([]);
      mute(false);
      await face.resync();
      await face.run('set', { on: false });
    });

    test('ends with the reason of its signal', async ({ skip }) => {
      if (face.mute === undefined) {
        skip('nothing lies between');
        return;
      }
      face.mute(true);
      const call = face.call();
      const reason = new BellcrankError('stopped', 'stop');
      const outcome = expect(face.run('set', { on: true }, call)).rejects.toBe(reason);
      await until(() => expect(lamp().on).toBe(true));
      call.abort(reason);
      await outcome;
    });

    test('sends nothing while it is offline, and works when it is back', async () => {
      lamp().goOffline();
      await until(() => expect(face.told.available).toBe(false));
      const call = face.call();
      await expect(face.run('set', { on: true }, call)).rejects.toMatchObject({ code: 'device-offline' });
      expect(call.published).toEqual([]);
      lamp().comeOnline();
      await until(() => expect(face.told.available).toBe(true));
      await face.run('set', { on: true });
      expect(lamp().on).toBe(true);
    });

    test('stops as it was declared, also when it is said to be offline', async () => {
      await face.run('set', { on: true });
      const call = face.call();
      await face.stop(call);
      expect(lamp().on).toBe(false);
      expect(levels(call)).toEqual(['confirmed']);
      lamp().goOffline();
      await until(() => expect(face.told.available).toBe(false));
      const unheard = face.call();
      expect(await giveUp(() => face.stop(unheard))).toMatchObject({ code: 'device-timeout' });
      expect(levels(unheard)).toEqual([]);
    });

    test('shows in a dry run what it would do, and does not', async () => {
      const end: unknown = await face.run('set', { on: true }, face.call({ dryRun: true })).catch((e: unknown) => e);
      expect(end).toBeInstanceOf(DryRunEnd);
      expect(end).toMatchObject({ complete: true });
      expect(lamp().on).toBe(false);
    });
  });
}
