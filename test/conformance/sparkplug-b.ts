import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { sparkplugB } from '../../drivers/sparkplug-b/driver.ts';
import type { FarClient } from '../../simulators/simulator.ts';
import { type EdgeSimulator, sparkplugSimulator } from '../../simulators/sparkplug-b/index.ts';
import type { FarWill } from '../../simulators/wire/far-client.ts';
import { type AnySession, DryRunEnd, type MessageConnection, type Model, validate } from '../../src/driver/index.ts';
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
import { passing, writeProperty } from '../support/sparkplug.ts';
import { type Mute, servedWithFaults } from '../support/mqtt/faults.ts';

/** Sessions of one simulated node on one face, and the node to steer. */
export interface Face {
  readonly edge: EdgeSimulator;
  readonly clock: VirtualClock;
  /** Undefined on face 1: there is no wire that could lose what it says. */
  readonly mute: Mute | undefined;
  /** Without a device: the node itself. */
  attach(device?: string, options?: object): Promise<{ session: AnySession; told: Told }>;
  call(settings?: { dryRun?: boolean }): TestCall;
  close(): Promise<void>;
}

/** Two clients of one broker: the driver's, and the node's, which was given its last will. */
export interface EdgeLink {
  readonly near: MessageConnection;
  readonly far: FarClient;
  /** Cuts the node off as a lost network would. */
  kill(): Promise<void>;
  close(): Promise<void>;
}

const replyTimeoutMs = 500;
let nodes = 0;

/** Face 1: the driver straight on the behaviour. */
export async function withoutWire(): Promise<Face> {
  const clock = new VirtualClock();
  const edge = sparkplugSimulator.create({ clock, seed: 1, options: {} });
  const { group, node } = edge.settings;
  return {
    edge,
    clock,
    mute: undefined,
    async attach(device, options = {}) {
      const { context, told } = recordingContext(clock);
      const whose = { group, node, ...(device !== undefined && { device }), replyTimeoutMs, ...options };
      return { session: await edge.driver.attach(null, whose, context), told };
    },
    call: (settings) => messageCall({ connection: null, clock, ...settings }),
    close: async () => edge.close(),
  };
}

export interface WireFace extends Face {
  readonly link: EdgeLink;
  readonly mute: Mute;
}

/** Face 2: driver and node over whatever `connect` makes. Each node has its own id, so a broker may be shared. */
export function overMessages(connect: (will: FarWill) => Promise<EdgeLink>): () => Promise<WireFace> {
  return async () => {
    const clock = new VirtualClock();
    const group = 'Conformance';
    const node = `Edge${process.pid}x${++nodes}`;
    const edge = sparkplugSimulator.create({ clock, seed: 1, options: { group, node } });
    const { wire } = edge;
    if (wire.shape !== 'messages') throw new Error('a node speaks messages');
    const link = await connect(wire.will);
    const mute = servedWithFaults(edge, link.far, clock);
    await firstWordsGone(link, node);
    const shared = sharedOn(link.near, clock);
    return {
      edge,
      clock,
      link,
      mute,
      async attach(device, options = {}) {
        const { context, told } = recordingContext(clock, new AbortController().signal, shared);
        const whose = { group, node, ...(device !== undefined && { device }), replyTimeoutMs, ...options };
        return { session: await passing(clock, sparkplugB.attach(link.near, whose, context)), told };
      },
      call: (settings) => messageCall({ connection: link.near, clock, ...settings }),
      async close() {
        edge.close();
        await link.close();
      },
    };
  };
}

/** What the node says first has gone by: whoever attaches from here on has to ask, and is answered once. */
async function firstWordsGone({ near, far }: EdgeLink, node: string): Promise<void> {
  const heard = Promise.withResolvers<void>();
  const unsubscribe = await near.subscribe(`passed/${node}`, () => heard.resolve());
  far.publish(`passed/${node}`, '');
  await heard.promise;
  await unsubscribe();
}

const until = (check: () => void): Promise<void> => vi.waitFor(check, { timeout: 5000, interval: 2 });

const lastModel = ({ told, session }: { told: Told; session: AnySession }): Model => {
  const model = told.models.at(-1) ?? session.model;
  if (model === undefined) throw new Error('it has told no model');
  return model;
};

/** What every face of the node must do alike. */
export function sparkplugConformance(name: string, open: () => Promise<Face>): void {
  describe(`a sparkplug-b node over ${name}`, () => {
    let face: Face;
    beforeEach(async () => {
      face = await open();
    });
    afterEach(() => face.close());

    const stop = [{ property: 'setpoints-speed', value: 0 }];

    /** Lets the node act and stay silent until the driver, once it waits, has given up. */
    async function giveUp(handle: () => Promise<unknown> | undefined): Promise<unknown> {
      const outcome = Promise.resolve(handle()).catch((error: unknown) => error);
      return await passing(face.clock, outcome);
    }

    test('is there and known once it is attached', async () => {
      const skid = await face.attach('PumpSkid');
      expect(skid.told.available).toBe(true);
      const { properties } = lastModel(skid);
      expect(Object.keys(properties)).toContain('setpoints-speed');
      for (const [property, { schema }] of Object.entries(properties)) {
        expect(validate(schema, skid.told.value(property)), property).toEqual([]);
      }
      expect(skid.told.value('setpoints-trim')).toBe(-3);
      expect(skid.told.losses).toEqual([]);
    });

    test('says what may be written, and within which bounds', async () => {
      const { properties, commands } = lastModel(await face.attach('PumpSkid'));
      expect(properties).toMatchObject({
        'sensors-temperature': { access: 'read', schema: { unit: '°C' } },
        'setpoints-speed': { access: 'read-write', write: { schema: { minimum: -3000, maximum: 3000, unit: 'rpm' } } },
        'properties-serial-number': { access: 'read' },
      });
      expect(Object.keys(commands['set']?.params['properties'] ?? {})).toEqual([
        'outputs-valve-open',
        'setpoints-speed',
        'setpoints-trim',
      ]);
    });

    test('confirms what it tells, also when it has it already', async () => {
      const { session, told } = await face.attach('PumpSkid');
      for (const value of [1500, 1500, -7, 0, 0]) {
        const call = face.call();
        await passing(face.clock, writeProperty(session, 'setpoints-speed', value, call));
        expect(call.confirmed.map(({ level }) => level)).toEqual(['confirmed']);
        expect(face.edge.behaviour.value('PumpSkid', 'Setpoints/Speed')).toBe(value);
        expect(told.value('setpoints-speed')).toBe(value);
      }
    });

    test('writes every type', async () => {
      const { session, told } = await face.attach('Tank');
      const values = {
        'heater-on': true,
        label: 'Größe – 5',
        'filled-at': '2026-11-26T08:00:00.123Z',
        batch: '00000000-0000-4000-8000-0000000000ff',
      };
      expect(await runCommand(session, 'set', values, face.call())).toEqual(values);
      for (const [property, value] of Object.entries(values)) expect(told.value(property)).toBe(value);
    });

    test('tells what happens by itself', async () => {
      const { told } = await face.attach('Tank');
      face.edge.behaviour.set('Tank', 'Level', 55.5);
      await until(() => expect(told.value('level')).toBe(55.5));
    });

    test('reads what it has now', async () => {
      const { session } = await face.attach('PumpSkid');
      expect(await readProperty(session, 'setpoints-trim', face.call())).toBe(-3);
    });

    test('a device that goes is away, is told nothing, and works when it is back', async () => {
      const { session, told } = await face.attach('Tank');
      const other = await face.attach('PumpSkid');
      await until(() => expect(told.available).toBe(true));
      face.edge.behaviour.plug('Tank', false);
      await until(() => expect(told.available).toBe(false));
      const call = face.call();
      const refused = expect.objectContaining({ code: 'device-offline' });
      await expect(writeProperty(session, 'heater-on', true, call)).rejects.toEqual(refused);
      await expect(readProperty(session, 'heater-on', call)).rejects.toEqual(refused);
      expect(call.published).toEqual([]);
      expect(other.told.available).toBe(true);
      face.edge.behaviour.plug('Tank', true);
      await until(() => expect(told.available).toBe(true));
      await writeProperty(session, 'heater-on', true, face.call());
      expect(face.edge.behaviour.value('Tank', 'Heater On')).toBe(true);
    });

    test('a node that goes takes its devices along', async () => {
      const itself = await face.attach();
      const skid = await face.attach('PumpSkid');
      await until(() => expect(itself.told.available).toBe(true));
      face.edge.behaviour.goOffline();
      await until(() => expect([itself.told.available, skid.told.available]).toEqual([false, false]));
      face.edge.behaviour.comeOnline();
      await until(() => expect([itself.told.available, skid.told.available]).toEqual([true, true]));
      await writeProperty(skid.session, 'setpoints-speed', 20, face.call());
    });

    test('silence is a timeout, and what was done shows afterwards', async ({ skip }) => {
      const { mute } = face;
      if (mute === undefined) {
        skip('nothing lies between');
        return;
      }
      const { session, told } = await face.attach('PumpSkid');
      mute(true);
      const call = face.call();
      const error = await giveUp(() => writeProperty(session, 'setpoints-speed', 10, call));
      expect(error).toMatchObject({ code: 'device-timeout' });
      expect(call.confirmed.filter(({ level }) => level !== 'sent')).toEqual([]);
      await until(() => expect(face.edge.behaviour.value('PumpSkid', 'Setpoints/Speed')).toBe(10));
      mute(false);
      // Erased handlers take `never`.
      await session.resync?.(face.call().call as never);
      expect(await passing(face.clock, readProperty(session, 'setpoints-speed', face.call()))).toBe(10);
      await writeProperty(session, 'setpoints-speed', 11, face.call());
      expect(told.value('setpoints-speed')).toBe(11);
    });

    test('a value that it does not take is not confirmed', async () => {
      const { session } = await face.attach('PumpSkid');
      face.edge.behaviour.deaf = true;
      const call = face.call();
      expect(await giveUp(() => writeProperty(session, 'setpoints-speed', 10, call))).toMatchObject({
        code: 'device-timeout',
      });
      expect(call.confirmed.filter(({ level }) => level !== 'sent')).toEqual([]);
    });

    test('stops', async () => {
      const { session, told } = await face.attach('PumpSkid', { stop });
      await writeProperty(session, 'setpoints-speed', 700, face.call());
      const call = face.call();
      // Erased handlers take `never`.
      await session.stop?.(call.call as never);
      expect(call.confirmed.map(({ level }) => level)).toEqual(['confirmed']);
      expect(told.value('setpoints-speed')).toBe(0);
      expect(told.value('sensors-pressure')).toBe(0);
    });

    test('a stop is tried also when it is away, and claims nothing', async () => {
      const { session, told } = await face.attach('PumpSkid', { stop });
      await writeProperty(session, 'setpoints-speed', 700, face.call());
      face.edge.behaviour.goOffline();
      await until(() => expect(told.available).toBe(false));
      const call = face.call();
      // Erased handlers take `never`.
      expect(await giveUp(() => session.stop?.(call.call as never))).toMatchObject({ code: 'device-timeout' });
      expect(face.edge.behaviour.value('PumpSkid', 'Setpoints/Speed')).toBe(700);
      expect(call.confirmed.filter(({ level }) => level !== 'sent')).toEqual([]);
    });

    test('shows in a dry run what it would do, and does not', async () => {
      const { session } = await face.attach('PumpSkid');
      const call = face.call({ dryRun: true });
      const end: unknown = await writeProperty(session, 'setpoints-speed', 5, call).catch((error: unknown) => error);
      expect(end).toBeInstanceOf(DryRunEnd);
      expect(face.edge.behaviour.value('PumpSkid', 'Setpoints/Speed')).toBe(0);
    });

    test('the node is reborn, and restarts', async () => {
      const { session, told } = await face.attach();
      const call = face.call();
      expect(await runCommand(session, 'rebirth', {}, call)).toEqual({});
      expect(call.confirmed.map(({ level }) => level)).toEqual(['confirmed']);
      expect(await runCommand(session, 'reboot', {}, face.call())).toEqual({});
      await until(() => expect(told.available).toBe(false));
      await face.clock.advance(500);
      await until(() => expect(told.available).toBe(true));
    });
  });
}
