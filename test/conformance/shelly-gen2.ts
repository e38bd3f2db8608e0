import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { shellyGen2Driver } from '../../drivers/shelly-gen2/driver.ts';
import { RpcError, type ShellySimulator, shellyGen2Simulator } from '../../simulators/shelly-gen2/index.ts';
import { BellcrankError, DryRunEnd, validate } from '../../src/driver/index.ts';
import type { Face, FaceOptions } from '../support/mqtt/face.ts';

const replyTimeoutMs = 500;
let devices = 0;

export type ShellyFace = Face<ShellySimulator>;

/** Each device has a topic of its own, so that a broker may be shared. */
export function shellyOptions(more: object = {}): FaceOptions<ShellySimulator> {
  const topic = `conformance_${process.pid}_${++devices}`;
  const simulator = { topic, ...more };
  return { kind: shellyGen2Simulator, driver: shellyGen2Driver, simulator, options: { topic, replyTimeoutMs } };
}

/** What every face of the simulated Shelly must do alike. */
export function shellyGen2Conformance(name: string, open: () => Promise<ShellyFace>): void {
  describe(`a shelly-gen2 over ${name}`, () => {
    let face: ShellyFace;
    const until = (check: () => void): Promise<void> => vi.waitFor(check, { timeout: 5000, interval: 2 });
    const device = () => face.simulator.behaviour;
    const on = (id = 0): boolean | undefined => device().switches[id]?.on;
    /** Lets the device act and stay silent until the driver, once it waits, has given up. */
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
    const levels = (call: ReturnType<ShellyFace['call']>) => call.confirmed.map(({ level }) => level);

    beforeEach(async () => {
      face = await open();
    });
    afterEach(() => face.close());

    test('describes itself, says who it is, and tells what it is', async () => {
      const { session, told } = face;
      expect(session.model).toMatchObject({ name: 'shelly-gen2-sim' });
      expect(Object.keys(session.model?.properties ?? {})).toEqual(
        expect.arrayContaining(['switch-0', 'switch-0-power', 'switch-1', 'light-0', 'cover-0-state', 'input-0']),
      );
      expect(told.identities).toEqual(['shellysim-aaaaaaaaaaa1']);
      expect(told.available).toBe(true);
      for (const [property, spec] of Object.entries(session.model?.properties ?? {})) {
        await until(() => expect(told.value(property), property).toBeDefined());
        expect(validate(spec.schema, told.value(property)), property).toEqual([]);
        expect(validate(spec.schema, await face.read(property)), property).toEqual([]);
      }
    });

    test('has a handler for everything in its model', () => {
      const { model, commands, read = {}, write = {} } = face.session;
      expect(Object.keys(commands).toSorted()).toEqual(Object.keys(model?.commands ?? {}).toSorted());
      expect(Object.keys(read).toSorted()).toEqual(Object.keys(model?.properties ?? {}).toSorted());
      const writable = Object.entries(model?.properties ?? {}).filter(([, { access }]) => access !== 'read');
      expect(Object.keys(write).toSorted()).toEqual(writable.map(([property]) => property).toSorted());
    });

    test('confirms what it set, also when it was so already', async () => {
      for (const value of [true, true, false, false]) {
        const call = face.call();
        await face.write('switch-0', value, call);
        expect(levels(call).at(-1)).toBe('confirmed');
        expect(on()).toBe(value);
        expect(on(1)).toBe(false);
        await until(() => expect(face.told.value('switch-0')).toBe(value));
      }
    });

    test('sets several things of a light at once', async () => {
      const call = face.call();
      expect(await face.run('light-0-set', { on: true, brightness: 70 }, call)).toEqual({});
      expect(levels(call).at(-1)).toBe('confirmed');
      expect(device().lights[0]).toMatchObject({ on: true, brightness: 70 });
      await face.write('light-0-brightness', 20);
      expect(device().lights[0]).toMatchObject({ on: true, brightness: 20 });
    });

    test('acknowledges a toggle, time after time', async () => {
      for (const value of [true, false, true]) {
        const call = face.call();
        expect(await face.run('switch-1-toggle', {}, call)).toEqual({ wasOn: !value });
        expect(levels(call).at(-1)).toBe('acknowledged');
        expect(on(1)).toBe(value);
      }
    });

    test('moves a cover, and stops it on its way', async () => {
      await face.run('cover-0-open', {});
      await until(() => expect(face.told.value('cover-0-state')).toBe('opening'));
      await face.clock.advance(5000);
      const call = face.call();
      await face.run('cover-0-stop-moving', {}, call);
      expect(levels(call).at(-1)).toBe('confirmed');
      expect(await face.read('cover-0-state')).toBe('stopped');
      expect(await face.read('cover-0-position')).toBe(25);
      await face.run('cover-0-go-to', { position: 0 });
      await face.clock.advance(5000);
      await until(() => expect(face.told.value('cover-0-state')).toBe('closed'));
    });

    test('tells what happens at an input', async () => {
      device().inputs[0]?.become(true);
      await until(() => expect(face.told.value('input-0')).toBe(true));
      device().press();
      await until(() => expect(face.told.events).toEqual([{ event: 'input-0', data: { event: 'single_push' } }]));
    });

    test('keeps what it refuses or fails with, in its own words', async () => {
      for (const [code, ours] of [
        [-103, 'device-refused'],
        [-105, 'device-refused'],
        [-109, 'device-refused'],
        [-114, 'device-failed'],
      ] as const) {
        device().refusal = new RpcError(code, 'not now');
        const call = face.call();
        const error = { code: ours, device: { code: String(code), text: 'not now' } };
        await expect(face.write('switch-0', true, call)).rejects.toMatchObject(error);
        await expect(face.run('cover-0-open', {})).rejects.toMatchObject(error);
        expect(levels(call)).toEqual([]);
      }
      expect(on()).toBe(false);
    });

    test('a relay that does not move is a mismatch', async () => {
      const [relay] = device().switches;
      if (relay !== undefined) relay.stuck = true;
      const call = face.call();
      const outcome = face.write('switch-0', true, call).catch((error: unknown) => error);
      let ended = false;
      void outcome.then(() => (ended = true));
      await until(() => {
        // Only its pauses between two questions pass, never the time of an answer that is under way.
        if ((face.clock.nextInMs ?? Infinity) <= 150) void face.clock.advance(150);
        expect(ended).toBe(true);
      });
      expect(await outcome).toMatchObject({ code: 'verify-mismatch' });
      expect(levels(call)).not.toContain('confirmed');
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
        () => face.write('switch-0', true, call),
        () => expect(on()).toBe(true),
      );
      expect(error).toMatchObject({ code: 'device-timeout' });
      expect(levels(call).filter((level) => level !== 'sent')).toEqual([]);
      mute(false);
      await face.resync();
      expect(face.told.value('switch-0')).toBe(true);
    });

    test('ends with the reason of its signal', async ({ skip }) => {
      if (face.mute === undefined) {
        skip('nothing lies between');
        return;
      }
      face.mute(true);
      const call = face.call();
      const reason = new BellcrankError('stopped', 'stop');
      const outcome = expect(face.write('switch-0', true, call)).rejects.toBe(reason);
      await until(() => expect(on()).toBe(true));
      call.abort(reason);
      await outcome;
    });

    test('sends nothing while it is offline, and works when it is back', async () => {
      device().goOffline();
      await until(() => expect(face.told.available).toBe(false));
      const call = face.call();
      await expect(face.write('switch-0', true, call)).rejects.toMatchObject({ code: 'device-offline' });
      await expect(face.run('switch-0-toggle', {}, call)).rejects.toMatchObject({ code: 'device-offline' });
      await expect(face.read('switch-0')).rejects.toMatchObject({ code: 'device-offline' });
      expect(call.published).toEqual([]);
      device().comeOnline();
      await until(() => expect(face.told.available).toBe(true));
      await face.write('switch-0', true);
      expect(on()).toBe(true);
    });

    test('stops with everything off and still', async () => {
      await face.write('switch-0', true);
      await face.write('light-0', true);
      await face.run('cover-0-open', {});
      const call = face.call();
      await face.stop(call);
      expect(levels(call).filter((level) => level !== 'sent')).toEqual(['confirmed']);
      expect([on(0), on(1), device().lights[0]?.on, device().covers[0]?.state]).toEqual([
        false,
        false,
        false,
        'closed',
      ]);
    });

    test('tries to stop also when it is offline, and does not claim that it did', async () => {
      await face.write('switch-0', true);
      device().goOffline();
      await until(() => expect(face.told.available).toBe(false));
      const call = face.call();
      expect(await giveUp(() => face.stop(call))).toMatchObject({ code: 'device-timeout' });
      expect(on()).toBe(true);
      expect(levels(call).filter((level) => level !== 'sent')).toEqual([]);
    });

    test.each(['write', 'toggle', 'open'])('shows in a dry run of %s what it would do, and does not', async (what) => {
      const call = face.call({ dryRun: true });
      const end: unknown = await (
        what === 'write'
          ? face.write('switch-0', true, call)
          : face.run(what === 'open' ? 'cover-0-open' : 'switch-0-toggle', {}, call)
      ).catch((error: unknown) => error);
      expect(end).toBeInstanceOf(DryRunEnd);
      expect(end).toMatchObject({ complete: true });
      expect([on(), device().covers[0]?.state]).toEqual([false, 'closed']);
    });
  });
}
