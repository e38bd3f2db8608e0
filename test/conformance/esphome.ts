import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { esphomeDriver } from '../../drivers/esphome/driver.ts';
import { type EsphomeBehaviour, esphomeSimulator } from '../../simulators/esphome/index.ts';
import type { FarClient } from '../../simulators/simulator.ts';
import type { FarWill } from '../../simulators/wire/far-client.ts';
import { type AnySession, type MessageConnection, type Model, validate } from '../../src/driver/index.ts';
import { VirtualClock } from '../../src/testing/virtual-clock.ts';
import {
  messageCall,
  recordingContext,
  runCommand,
  sharedOn,
  type TestCall,
  type Told,
} from '../support/message-call.ts';

/** A session on one face of the simulated device, and the device to steer. */
export interface Face {
  readonly session: AnySession;
  readonly device: EsphomeBehaviour;
  readonly told: Told;
  readonly clock: VirtualClock;
  /** What the driver is to have learned. */
  readonly model: Model;
  call(): TestCall;
  close(): Promise<void>;
}

/** Two clients of one broker: the driver's, and the device's, which was given its last will. */
export interface DeviceLink {
  readonly near: MessageConnection;
  readonly far: FarClient;
  close(): Promise<void>;
}

const replyTimeoutMs = 500;
let devices = 0;

/** Face 1: the driver straight on the behaviour. */
export async function withoutWire(): Promise<Face> {
  const clock = new VirtualClock();
  const simulator = esphomeSimulator.create({ clock, seed: 1, options: {} });
  const { context, told } = recordingContext(clock);
  const session = await simulator.driver.attach(null, { prefix: simulator.prefix, replyTimeoutMs }, context);
  const { behaviour: device } = simulator;
  const call = (): TestCall => messageCall({ connection: null, clock });
  return { session, device, told, clock, call, model: simulator.driver.model, close: async () => simulator.close() };
}

/** Face 2: driver and device over whatever `connect` makes. */
export function overMessages(connect: (will: FarWill) => Promise<DeviceLink>): () => Promise<Face> {
  return async () => {
    const clock = new VirtualClock();
    const prefix = `conformance-${process.pid}-${++devices}`;
    const simulator = esphomeSimulator.create({ clock, seed: 1, options: { prefix } });
    const { wire, behaviour } = simulator;
    if (wire.shape !== 'messages') throw new Error('a device speaks messages');
    const link = await connect(wire.will);
    wire.serve(link.far);
    const { context, told } = recordingContext(clock, undefined, sharedOn(link.near, clock));
    const attaching = esphomeDriver.attach(link.near, { prefix, replyTimeoutMs }, context);
    const session = await running(clock, attaching);
    return {
      session,
      device: behaviour,
      told,
      clock,
      model: simulator.driver.model,
      call: () => messageCall({ connection: link.near, clock }),
      async close() {
        simulator.close();
        await link.close();
      },
    };
  };
}

/** Lets the driver's time pass until it is done; I/O lies between. */
async function running<T>(clock: VirtualClock, task: Promise<T>): Promise<T> {
  let done = false;
  const ended = task.finally(() => (done = true));
  await vi.waitFor(async () => {
    await clock.advance(50);
    expect(done).toBe(true);
  }, patience);
  return await ended;
}

const patience = { timeout: 5000, interval: 2 };

/** Another value than the first one, for each property that can be set. */
const samples: Readonly<Record<string, unknown>> = {
  relay: true,
  lamp: true,
  'lamp-brightness': 100,
  'lamp-color': { r: 255, g: 128, b: 0 },
  'lamp-color-temperature': 300,
  'lamp-effect': 'Rainbow',
  setpoint: 22.5,
  mode: 'comfort',
  label: 'bench',
  'blind-position': 50,
  'blind-tilt': 30,
  ceiling: true,
  'ceiling-speed': 3,
  'ceiling-oscillating': true,
  'ceiling-direction': 'reverse',
  'hvac-mode': 'heat',
  'hvac-target-temperature': 25.5,
};

export function esphomeConformance(name: string, open: () => Promise<Face>): void {
  describe(`esphome over ${name}`, () => {
    let face: Face;
    const until = (check: () => void): Promise<void> => vi.waitFor(check, patience);
    const write = async (property: string, value: unknown, { call }: TestCall): Promise<void> => {
      // Erased handlers take `never`.
      await face.session.write?.[property]?.(value as never, call as never);
    };
    const modelNow = (): Model | undefined => face.told.models.at(-1) ?? face.session.model;
    /** What was retained may come after the status; what it tells is gathered for a moment. */
    const described = () =>
      until(() => {
        void face.clock.advance(100);
        expect(modelNow()).toEqual(face.model);
      });

    beforeEach(async () => {
      face = await open();
      await described();
    });
    afterEach(() => face.close());

    test('is learned, present, and tells each of its properties', async () => {
      expect(face.told.available).toBe(true);
      for (const [property, { schema }] of Object.entries(face.model.properties)) {
        await until(() => expect(face.told.value(property), property).toBeDefined());
        expect(validate(schema, face.told.value(property)), property).toEqual([]);
      }
      expect(face.told.unmatched).toEqual([]);
    });

    test('sets each that can be set', async () => {
      for (const [property, spec] of Object.entries(face.model.properties)) {
        if (spec.access !== 'read-write') continue;
        const call = face.call();
        await write(property, samples[property], call);
        expect(
          call.confirmed.map(({ level }) => level),
          property,
        ).toEqual([spec.write.confirmation]);
        if (property === 'blind-position') await face.clock.advance(10_000);
        await until(() => expect(face.told.value(property), property).toEqual(samples[property]));
      }
    });

    test('has a handler for each of its commands', async () => {
      face.device.locked = false;
      for (const [command, spec] of Object.entries(face.model.commands)) {
        const call = face.call();
        const params =
          command === 'set-lamp' ? { on: true, brightness: 10, 'color-temperature': 200, transition: 2 } : {};
        expect(validate(spec.result, await runCommand(face.session, command, params, call)), command).toEqual([]);
        const levels = spec.confirmation === 'sent' ? [] : [spec.confirmation];
        expect(
          call.confirmed.map(({ level }) => level),
          command,
        ).toEqual(levels);
      }
      await until(() => expect(face.device.presses).toBe(1));
      expect(face.device.lamp).toMatchObject({ on: true, brightness: 10, temperature: 200 });
    });

    test('does not know what became of a switch that says nothing, since it was on already', async () => {
      await write('relay', true, face.call());
      const timers = face.clock.pendingTimers;
      const call = face.call();
      const outcome = write('relay', true, call).catch((error: unknown) => error);
      await until(() => expect(face.clock.pendingTimers).toBeGreaterThan(timers));
      await face.clock.advance(replyTimeoutMs);
      expect(await outcome).toMatchObject({ code: 'device-timeout' });
      expect(call.confirmed).toEqual([]);
    });

    test('tells what changes by itself', async () => {
      face.device.change('sensor', () => (face.device.temperature = 30.5));
      face.device.change('binary_sensor', () => (face.device.door = true));
      await until(() => expect([face.told.value('temperature'), face.told.value('door')]).toEqual([30.5, true]));
    });

    test('sends nothing while it is away, and works when it is back', async () => {
      face.device.goOffline();
      await until(() => expect(face.told.available).toBe(false));
      const call = face.call();
      await expect(write('setpoint', 21, call)).rejects.toMatchObject({ code: 'device-offline' });
      expect(call.published).toEqual([]);
      face.device.comeOnline();
      await until(() => expect(face.told.available).toBe(true));
      await write('setpoint', 21, face.call());
      expect(face.device.setpoint).toBe(21);
    });
  });
}
