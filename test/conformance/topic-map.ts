import { afterEach, describe, expect, test, vi } from 'vitest';
import { topicMapDriver } from '../../drivers/declarative/topics/driver.ts';
import type { Action, TopicMap, TopicMapSource } from '../../drivers/declarative/topics/topic-map.ts';
import { type TopicDeviceBehaviour, topicMapSimulator } from '../../simulators/declarative/topics/index.ts';
import type { FarClient } from '../../simulators/simulator.ts';
import type { FarWill } from '../../simulators/wire/far-client.ts';
import { type AnySession, DryRunEnd, type MessageConnection, validate } from '../../src/driver/index.ts';
import { VirtualClock } from '../../src/testing/virtual-clock.ts';
import {
  messageCall,
  readProperty,
  recordingContext,
  runCommand,
  type TestCall,
  type Told,
} from '../support/message-call.ts';
import { type Mute, servedWithFaults } from '../support/mqtt/faults.ts';

/** A session on one face of a simulated device, and the device to steer. */
export interface Face {
  readonly session: AnySession;
  readonly behaviour: TopicDeviceBehaviour;
  readonly told: Told;
  /** Of the driver and of the device. I/O under it is real where the face has some, so tests await conditions. */
  readonly clock: VirtualClock;
  /** Undefined on face 1: there is no wire that could lose what it says. */
  readonly mute: Mute | undefined;
  call(settings?: { dryRun?: boolean }): TestCall;
  close(): Promise<void>;
}

export interface Link {
  readonly near: MessageConnection;
  readonly far: FarClient;
  close(): Promise<void>;
}

/** A definition, and the options of an instance of its own on whichever broker. */
export interface Subject {
  readonly source: TopicMapSource;
  options(unique: string): Readonly<Record<string, unknown>>;
}

export type OpenFace = (subject: Subject) => Promise<Face>;

let opened = 0;
const unique = (): string => `u${process.pid}x${++opened}`;

/** Face 1: the driver's contract, and no connection. */
export const withoutWire: OpenFace = async ({ source, options }) => {
  const clock = new VirtualClock();
  const own = options(unique());
  const simulator = topicMapSimulator(source).create({ clock, seed: 1, options: own });
  const { context, told } = recordingContext(clock);
  const session = await attached(simulator.driver.attach(null, own, context), clock);
  return {
    session,
    behaviour: simulator.behaviour,
    told,
    clock,
    mute: undefined,
    call: (settings) => messageCall({ connection: null, clock, ...settings }),
    close: async () => simulator.close(),
  };
};

/** Face 2: driver and device over whatever `connect` makes. */
export function overMessages(connect: (will: FarWill, protocolVersion: 4 | 5) => Promise<Link>): OpenFace {
  return async ({ source, options }) => {
    const clock = new VirtualClock();
    const own = options(unique());
    const simulator = topicMapSimulator(source).create({ clock, seed: 1, options: own });
    const { wire } = simulator;
    if (wire.shape !== 'messages') throw new Error('a device on a broker speaks messages');
    const link = await connect(wire.will, wire.protocolVersion ?? 4);
    const mute = servedWithFaults(simulator, link.far, clock);
    const { context, told } = recordingContext(clock);
    const session = await attached(topicMapDriver(source).attach(link.near, own, context), clock);
    return {
      session,
      behaviour: simulator.behaviour,
      told,
      clock,
      mute,
      call: (settings) => messageCall({ connection: link.near, clock, ...settings }),
      async close() {
        simulator.close();
        await link.close();
      },
    };
  };
}

/** The wait for a last will is bounded by a clock that stands still unless it is told to go on. */
async function attached(attaching: Promise<AnySession>, clock: VirtualClock): Promise<AnySession> {
  const progress = { done: false };
  const session = attaching.finally(() => void (progress.done = true));
  const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  while (!progress.done) await Promise.race([session, clock.advance(50).then(turn)]);
  return await session;
}

const until = (check: () => void): Promise<void> => vi.waitFor(check, { timeout: 5000, interval: 2 });

/** What every face of a topic map's device must do alike. */
export function topicMapConformance(name: string, open: OpenFace, subject: Subject): void {
  const { map } = subject.source.compile(subject.options('spec'));
  describe(`${subject.source.name} over ${name}`, () => {
    const faces: Face[] = [];
    const face = async (): Promise<Face> => {
      const one = await open(subject);
      faces.push(one);
      // A device that has to be noticed first takes its time.
      if (map.availability !== undefined) await until(() => expect(one.told.available).toBe(true));
      return one;
    };
    afterEach(async () => {
      for (const one of faces.splice(0)) {
        await one.close();
        expect(one.behaviour.untold).toEqual([]);
      }
    });
    states(face, map);
    calls(face, map);
    silence(face, map);
  });
}

type Open = () => Promise<Face>;

function states(open: Open, map: TopicMap): void {
  const properties = Object.entries(map.properties);
  const pushed = properties.filter(([, { pushed: source }]) => source !== undefined).map(([property]) => property);
  const readable = properties.filter(([, { read }]) => read !== undefined).map(([property]) => property);

  test.runIf(pushed.length > 0)('what changes at the device is told, and valid', async () => {
    const { behaviour, told } = await open();
    for (const property of pushed) {
      const value = behaviour.read(property);
      behaviour.set(property, value);
      await until(() => expect(told.value(property), property).toEqual(value));
      expect(validate(map.model.properties[property]?.schema ?? {}, told.value(property))).toEqual([]);
    }
  });

  test.runIf(readable.length > 0)('what can be asked for is told, alone and together', async () => {
    const face = await open();
    for (const property of readable) {
      expect(await readProperty(face.session, property, face.call()), property).toEqual(face.behaviour.read(property));
    }
    // Erased handlers take `never`.
    const many = await face.session.readMany?.(readable, face.call().call as never);
    for (const property of readable) expect(many?.[property], property).toEqual(face.behaviour.read(property));
  });
}

/** What the manual's examples show, done. */
function calls(open: Open, map: TopicMap): void {
  const good = map.examples.filter(({ error }) => error === undefined);
  const commands = good.flatMap(({ command }) => (command ? [[command.name, command.params] as const] : []));
  const writes = good.flatMap(({ write }) => Object.entries(write ?? {}));

  test.each(commands)('%s does what it says, as far as it says', async (command, params) => {
    const face = await open();
    const spec = map.model.commands[command];
    const call = face.call();
    const result = await runCommand(face.session, command, params, call);
    expect(validate(spec?.result ?? {}, result)).toEqual([]);
    expectReached(call, map.commands[command]);
  });

  test.each(commands)('%s in a dry run does nothing', async (command, params) => {
    const face = await open();
    const before = Object.keys(map.properties).map((property) => face.behaviour.read(property));
    const end: unknown = await runCommand(face.session, command, params, face.call({ dryRun: true })).catch(
      (e: unknown) => e,
    );
    if (end instanceof DryRunEnd) expect(end.complete).toBe(true);
    else expect(end).not.toBeInstanceOf(Error);
    expect(Object.keys(map.properties).map((property) => face.behaviour.read(property))).toEqual(before);
  });

  test.each(writes)('%s is written, and told again', async (property, value) => {
    const face = await open();
    for (let times = 0; times < 2; times++) {
      const call = face.call();
      // Erased handlers take `never`.
      await face.session.write?.[property]?.(value as never, call.call as never);
      expectReached(call, map.properties[property]?.write);
      await until(() => expect(face.behaviour.read(property)).toEqual(value));
    }
    if (map.properties[property]?.pushed) await until(() => expect(face.told.value(property)).toEqual(value));
  });

  const refusable = commands.filter(([command]) => {
    const last = map.commands[command]?.exchanges.at(-1);
    return last?.reply !== undefined && last.errors.length > 0;
  });
  test.each(refusable)('%s that the device refuses says so, with its code', async (command, params) => {
    const face = await open();
    face.behaviour.refuseNext('42', 'not today');
    const ended = runCommand(face.session, command, params, face.call());
    await expect(ended).rejects.toMatchObject({ code: 'device-refused', device: { code: '42', text: 'not today' } });
  });

  test.runIf(map.stop !== undefined)('stops', async () => {
    const face = await open();
    const call = face.call();
    await face.session.stop?.(call.call as never);
    expectReached(call, map.stop);
  });
}

function expectReached(call: TestCall, action: Action | undefined): void {
  const levels = call.confirmed.map(({ level }) => level);
  expect(levels).toEqual(action?.exchanges.at(-1)?.reply === undefined ? [] : [action.reaches]);
}

function silence(open: Open, map: TopicMap): void {
  const answered = map.examples.flatMap(({ command, error }) =>
    command && error === undefined && map.commands[command.name]?.exchanges.at(-1)?.reply
      ? [[command.name, command.params] as const]
      : [],
  );

  test.each(answered)('%s that nothing answers ends in time, and is not said to have come', async (command, params) => {
    const face = await open();
    // On face 1 nothing lies between.
    if (face.mute === undefined) return;
    face.mute(true);
    const timers = face.clock.pendingTimers;
    const call = face.call();
    const ended = runCommand(face.session, command, params, call).catch((error: unknown) => error);
    await until(() => expect(face.clock.pendingTimers).toBeGreaterThan(timers));
    await face.clock.advance(30_000);
    expect(await ended).toMatchObject({ code: 'device-timeout' });
    expect(call.confirmed).toEqual([]);
  });

  test.runIf(map.availability !== undefined)('nothing is sent to a device that says that it is away', async () => {
    const face = await open();
    face.behaviour.goOffline();
    await until(() => expect(face.told.available).toBe(false));
    const call = face.call();
    for (const { command, error } of map.examples) {
      if (command === undefined || error !== undefined) continue;
      const ended = runCommand(face.session, command.name, command.params, call);
      await expect(ended).rejects.toMatchObject({ code: 'device-offline' });
    }
    expect(call.published).toEqual([]);
    face.behaviour.comeOnline();
    await until(() => expect(face.told.available).toBe(true));
  });
}
