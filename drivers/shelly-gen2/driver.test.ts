import { describe, expect, onTestFinished, test } from 'vitest';
import { shellyGen2Simulator } from '../../simulators/shelly-gen2/index.ts';
import { hubFarClient } from '../../simulators/wire/far-client.ts';
import {
  messageCall,
  readProperty,
  recordingContext,
  runCommand,
  sharedOn,
  type TestCall,
} from '../../test/support/message-call.ts';
import { type Mute, servedWithFaults } from '../../test/support/mqtt/faults.ts';
import { TappedConnection } from '../../test/support/mqtt/tapped.ts';
import { type AnySession, type Candidate, type Context, payloadFields } from '../../src/driver/index.ts';
import { settle, VirtualClock } from '../../src/testing/virtual-clock.ts';
import { MemoryHub } from '../../src/transport/memory.ts';
import { shellyGen2Driver } from './driver.ts';

const topic = 'shelly-under-test';

/** A simulated device on a hub, and a tap on everything that is said there. */
async function bench(simulated: object = {}) {
  const clock = new VirtualClock();
  const hub = new MemoryHub();
  const near = new TappedConnection(hub.connect('near'));
  const tap = hub.connect('tap');
  const heard: { topic: string; frame: Readonly<Record<string, unknown>> }[] = [];
  await tap.subscribe('#', ({ topic: on, payload }) => {
    const frame = payloadFields(payload);
    if (frame !== undefined) heard.push({ topic: on, frame });
  });
  const simulator = shellyGen2Simulator.create({ clock, seed: 1, options: { topic, ...simulated } });
  const { wire, behaviour } = simulator;
  if (wire.shape !== 'messages') throw new Error('a Shelly speaks messages');
  const served: { mute: Mute } = { mute: () => {} };
  const serve = (): void => void (served.mute = servedWithFaults(simulator, hubFarClient(hub, wire.will), clock));
  onTestFinished(() => simulator.close());
  const { context, told } = recordingContext(clock, undefined, sharedOn(near, clock));
  const attach = async (its: Context = context): Promise<AnySession> => {
    const attaching = shellyGen2Driver.attach(near, { topic, replyTimeoutMs: 500 }, its);
    void attaching.catch(() => {});
    await settle();
    return await attaching;
  };
  const call = (extra: { dryRun?: boolean } = {}) => messageCall({ connection: near, clock, ...extra });
  const requests = () => heard.filter(({ topic: on }) => on === `${topic}/rpc`).map(({ frame }) => frame);
  const say = async (on: string, payload: unknown, retain = false): Promise<void> => {
    await tap.publish(on, typeof payload === 'string' ? payload : JSON.stringify(payload), { retain });
    await settle();
  };
  return { clock, hub, near, behaviour, served, serve, context, told, attach, call, heard, requests, say };
}

async function attached(simulated: object = {}) {
  const it = await bench(simulated);
  it.serve();
  await settle();
  const session = await it.attach();
  return { ...it, session };
}

type Answer = { readonly result: unknown } | { readonly error: { code: number; message: string } } | undefined;

/** From here on a test answers in the place of the device, or does not. */
async function answering(
  { hub, served }: Awaited<ReturnType<typeof attached>>,
  answer: (method: string, params: unknown) => Answer,
): Promise<void> {
  served.mute(true);
  const far = hub.connect('far');
  await far.subscribe(`${topic}/rpc`, ({ payload }) => {
    const { id, src, method, params } = payloadFields(payload) ?? {};
    const said = answer(String(method), params);
    if (said !== undefined) void far.publish(`${String(src)}/rpc`, JSON.stringify({ id, src: 'x', dst: src, ...said }));
  });
}

// Erased handlers take `never`.
const write = (session: AnySession, property: string, value: unknown, { call }: TestCall): Promise<unknown> =>
  session.write?.[property]?.(value as never, call as never) ?? Promise.reject(new Error(`no write of ${property}`));

const resync = (session: AnySession, { call }: TestCall): Promise<void> =>
  session.resync?.(call as never) ?? Promise.reject(new Error('no resync'));

const outcomeOf = (promise: Promise<unknown>): Promise<unknown> => promise.catch((error: unknown) => error);

describe('attaching', () => {
  test('asks who it is and what it has, and changes nothing', async () => {
    const { requests, told, session } = await attached();
    expect(requests().map(({ method }) => method)).toEqual(['Shelly.GetDeviceInfo', 'Shelly.GetStatus']);
    expect(told.identities).toEqual(['shellysim-aaaaaaaaaaa1']);
    expect(told.models).toEqual([session.model]);
  });

  test('answers come where nobody else listens, and by ids that are used once', async () => {
    const benches = [await attached(), await attached()];
    for (const { attach } of benches) await attach();
    const frames = benches.flatMap(({ requests }) => requests());
    const sources = new Set(frames.map(({ src }) => src));
    expect(sources.size).toBe(2);
    for (const src of sources) expect(src).toMatch(/^bellcrank-[0-9a-f]{16}$/);
    expect(new Set(frames.map(({ id }) => id)).size).toBe(frames.length);
  });

  test('needs the broker alone: who was never announced is absent, and is asked when it comes', async () => {
    const it = await bench();
    const attaching = it.attach();
    await it.clock.advance(300 + 500);
    const session = await attaching;
    expect(it.told.available).toBe(false);
    expect(session.model).toBeUndefined();
    expect(session.commands).toEqual({});
    it.serve();
    await settle();
    expect(it.told.available).toBe(true);
    await resync(session, it.call());
    expect(it.told.models.at(-1)).toMatchObject({ name: 'shelly-gen2-sim' });
    expect(await runCommand(session, 'switch-0-toggle', {}, it.call())).toEqual({ wasOn: false });
  });

  test('nothing is asked of one whose last will was kept', async () => {
    const it = await bench();
    await it.say(`${topic}/online`, 'false', true);
    await it.attach();
    expect(it.told.available).toBe(false);
    expect(it.requests()).toEqual([]);
  });

  test('one that is said to be there and is silent is tried again later', async () => {
    const it = await bench();
    await it.say(`${topic}/online`, 'true', true);
    const attaching = outcomeOf(it.attach());
    await it.clock.advance(500);
    expect(await attaching).toMatchObject({ code: 'device-timeout' });
  });

  test('another device at the same place is refused before it is asked anything more', async () => {
    const it = await bench();
    it.serve();
    await settle();
    const identify = (): void => {
      throw new Error('another one');
    };
    await expect(it.attach({ ...it.context, identify })).rejects.toThrow('another one');
    expect(it.requests()).toHaveLength(1);
  });
});

describe('a write', () => {
  test('tells, and asks for the status right behind it', async () => {
    const { session, call, requests } = await attached();
    const its = call();
    await write(session, 'switch-0', true, its);
    expect(requests().slice(-2)).toMatchObject([
      { method: 'Switch.Set', params: { id: 0, on: true } },
      { method: 'Switch.GetStatus', params: { id: 0 } },
    ]);
    for (const { options } of its.published) expect(options).toMatchObject({ qos: 0 });
    expect(its.confirmed.map(({ level }) => level)).toEqual(['acknowledged', 'confirmed']);
  });

  test('whose answers come late resolves all the same, whatever was asked since', async () => {
    const { session, call, behaviour, clock } = await attached();
    behaviour.holdAnswers();
    const first = call();
    const outcome = outcomeOf(write(session, 'switch-0', true, first));
    await clock.advance(500);
    expect(await outcome).toMatchObject({ code: 'device-timeout' });
    const second = outcomeOf(write(session, 'switch-1', true, call()));
    await clock.advance(500);
    expect(await second).toMatchObject({ code: 'device-timeout' });
    await clock.advance(60_000);
    behaviour.releaseAnswers();
    await settle();
    expect(first.late).toEqual([{}]);
  });

  test('a late answer that tells another state resolves nothing', async () => {
    const { session, call, behaviour, clock, told } = await attached();
    const [relay] = behaviour.switches;
    if (relay !== undefined) relay.stuck = true;
    behaviour.holdAnswers();
    const its = call();
    const outcome = outcomeOf(write(session, 'switch-0', true, its));
    await clock.advance(500);
    await outcome;
    behaviour.releaseAnswers();
    await settle();
    expect(its.late).toEqual([]);
    expect(told.unmatched).toHaveLength(1);
  });

  test('another command to the same component explains another state', async () => {
    const { session, call, behaviour, clock } = await attached();
    behaviour.holdAnswers();
    const first = outcomeOf(write(session, 'switch-0', true, call()));
    await settle();
    behaviour.releaseAnswers();
    const second = write(session, 'switch-0', false, call());
    await second;
    expect(await first).toBeUndefined();
    const [relay] = behaviour.switches;
    if (relay !== undefined) relay.stuck = true;
    const third = outcomeOf(write(session, 'switch-0', true, call()));
    await settle();
    await write(session, 'switch-0', false, call());
    await clock.advance(1000);
    expect(await third).toMatchObject({ code: 'superseded' });
  });

  test('is confirmed by the status alone, if the answer to it was lost', async () => {
    const it = await attached();
    await answering(it, (method) => (method === 'Switch.Set' ? undefined : { result: { output: true } }));
    const its = it.call();
    const outcome = write(it.session, 'switch-0', true, its);
    await it.clock.advance(500);
    await outcome;
    expect(its.confirmed.at(-1)).toMatchObject({ level: 'confirmed' });
  });

  test('that is refused is refused, though the state is as asked already', async () => {
    const it = await attached();
    const error = { code: -109, message: 'locked' };
    await answering(it, (method) => (method === 'Switch.Set' ? { error } : { result: { output: true } }));
    const its = it.call();
    await expect(write(it.session, 'switch-0', true, its)).rejects.toMatchObject({ code: 'device-refused' });
    expect(its.confirmed).toEqual([]);
  });

  test('of a dimmer on its way is waited for, and of one that rests is not', async () => {
    const it = await attached();
    let asked = 0;
    const transition = { target: { brightness: 80 }, started_at: 1, duration: 3 };
    const moving = () => ({ output: true, brightness: Math.min(80, 10 * ++asked), ...(asked < 8 && { transition }) });
    await answering(it, (method) => (method === 'Light.Set' ? { result: null } : { result: moving() }));
    const outcome = write(it.session, 'light-0-brightness', 80, it.call());
    await it.clock.advance(3000);
    await outcome;
    expect(asked).toBe(8);
    const resting = outcomeOf(write(it.session, 'light-0-brightness', 30, it.call()));
    await it.clock.advance(3000);
    expect(await resting).toMatchObject({ code: 'verify-mismatch' });
    expect(asked).toBe(8 + 3);
  });

  test('a cover that goes on moving was not stopped', async () => {
    const it = await attached();
    await answering(it, (method) => ({ result: method === 'Cover.Stop' ? null : { state: 'opening' } }));
    const outcome = outcomeOf(runCommand(it.session, 'cover-0-stop-moving', {}, it.call()));
    await it.clock.advance(1000);
    expect(await outcome).toMatchObject({ code: 'verify-mismatch' });
  });

  test('an answer of somebody else, to another id, or kept by the broker answers nothing', async () => {
    const { session, call, served, clock, requests, say, told } = await attached();
    served.mute(true);
    const outcome = outcomeOf(write(session, 'switch-0', true, call()));
    await settle();
    const [set] = requests().slice(-2);
    const src = String(set?.['src']);
    await say(`${src}/rpc`, { id: 'guess', src: 'x', dst: src, result: { was_on: false } });
    await say(`${src}/rpc`, { src: 'x', dst: src, result: { was_on: false } });
    await say(`${src}/rpc`, 'x'.repeat(100_000));
    expect(told.unmatched).toHaveLength(3);
    await say(`${topic}/events/rpc`, { src: topic, method: 'NotifyStatus', params: { 'switch:0': { output: true } } });
    await clock.advance(500);
    expect(await outcome).toMatchObject({ code: 'device-timeout' });
  });
});

describe('what the device tells', () => {
  test('is reported, null as lost, what is not in its model not at all', async () => {
    const { say, told } = await attached();
    await say(`${topic}/events/rpc`, {
      method: 'NotifyStatus',
      params: { ts: 1, 'switch:0': { output: true, apower: null, x: 1 }, 'switch:7': { output: true }, sys: {} },
    });
    expect(told.value('switch-0')).toBe(true);
    expect(told.losses).toEqual([{ property: 'switch-0-power', why: expect.stringContaining('no value') }]);
    await say(`${topic}/status/switch:1`, { id: 1, output: true, apower: 12.5 });
    expect([told.value('switch-1'), told.value('switch-1-power')]).toEqual([true, 12.5]);
    expect(told.unmatched).toEqual([]);
  });

  test('what a broker kept of it is not reported', async () => {
    const it = await bench();
    await it.say(`${topic}/status/switch:0`, { id: 0, output: true }, true);
    await it.say(`${topic}/events/rpc`, { method: 'NotifyStatus', params: { 'switch:0': { output: true } } }, true);
    it.serve();
    await settle();
    await it.attach();
    await settle();
    expect(it.told.reports.filter(({ property }) => property === 'switch-0').map(({ value }) => value)).not.toContain(
      true,
    );
  });

  test('retained tells the past, whenever it comes', async () => {
    const { near, told, behaviour } = await attached();
    const kept = (on: string, what: unknown): void => {
      near.inject({ topic: `${topic}/${on}`, payload: Buffer.from(JSON.stringify(what)), retained: true });
    };
    const told0 = told.availability.length;
    kept('events/rpc', { method: 'NotifyStatus', params: { 'switch:0': { output: true } } });
    kept('status/switch:0', { id: 0, output: true });
    kept('online', true);
    expect(told.value('switch-0')).toBe(false);
    expect(told.availability).toHaveLength(told0);
    behaviour.goOffline();
    await settle();
    kept('status/switch:0', { id: 0, output: true });
    expect(told.available).toBe(false);
  });

  test('nonsense is counted and survived', async () => {
    const { say, told, session, call } = await attached();
    for (const on of [`${topic}/events/rpc`, `${topic}/status/switch:0`]) await say(on, '{"half":');
    await say(`${topic}/online`, 'maybe');
    expect(told.unmatched).toHaveLength(3);
    await write(session, 'switch-0', true, call());
  });

  test('that it has started brings it back into step, with what it has become', async () => {
    const { hub, clock, told, session, call, behaviour } = await attached({ switches: 1 });
    behaviour.goOffline();
    await settle();
    expect(told.available).toBe(false);
    const renewed = shellyGen2Simulator.create({ clock, seed: 1, options: { topic, switches: 2 } });
    onTestFinished(() => renewed.close());
    if (renewed.wire.shape === 'messages') renewed.wire.serve(hubFarClient(hub, undefined));
    await settle();
    expect(told.available).toBe(true);
    await resync(session, call());
    expect(told.models.at(-1)?.properties).toHaveProperty('switch-1');
    await write(session, 'switch-1', true, call());
    expect(renewed.behaviour.switches[1]?.on).toBe(true);
  });

  test('a whole status with other components, too', async () => {
    const { say, told } = await attached();
    const before = told.availability.length;
    await say(`${topic}/events/rpc`, { method: 'NotifyFullStatus', params: { ts: 1, 'switch:0': { output: true } } });
    expect(told.availability).toHaveLength(before + 1);
  });

  test('that its configuration has changed has it asked anew, and is no event', async () => {
    const { say, told, session, call, behaviour } = await attached();
    const before = told.availability.length;
    await say(`${topic}/events/rpc`, {
      method: 'NotifyEvent',
      params: { ts: 1, events: [{ component: 'input:0', id: 0, event: 'config_changed', cfg_rev: 2 }] },
    });
    expect(told.availability).toHaveLength(before + 1);
    expect(told.events).toEqual([]);
    await resync(session, call());
    expect(told.models).toHaveLength(2);
    behaviour.goOffline();
    await settle();
    expect(told.available).toBe(false);
    behaviour.comeOnline();
    await settle();
    expect(told.available).toBe(true);
  });
});

test('several properties are read with one question', async () => {
  const { session, call, requests } = await attached();
  const before = requests().length;
  const values = await session.readMany?.(['switch-0', 'switch-1-power'], call().call as never);
  expect(values).toEqual({ 'switch-0': false, 'switch-1-power': 0 });
  await session.readMany?.(['switch-0', 'switch-0-power'], call().call as never);
  expect(
    requests()
      .slice(before)
      .map(({ method }) => method),
  ).toEqual(['Shelly.GetStatus', 'Switch.GetStatus']);
  expect(await readProperty(session, 'switch-0-voltage', call())).toBe(230.1);
});

describe('discovery', () => {
  async function discovering() {
    const it = await bench();
    const found: Candidate[] = [];
    const gone: string[] = [];
    const { log } = it.context;
    const discovery = { found: (one: Candidate) => void found.push(one), gone: (one: string) => void gone.push(one) };
    const controller = new AbortController();
    const context = { log, clock: it.clock, signal: controller.signal, shared: it.context.shared, options: {} };
    await shellyGen2Driver.discover?.(it.near, discovery, context);
    return { ...it, found, gone, end: () => controller.abort() };
  }

  const device = async ({ hub, clock }: Awaited<ReturnType<typeof bench>>, seed: number, its: object = {}) => {
    const simulator = shellyGen2Simulator.create({ clock, seed, options: its });
    const { wire } = simulator;
    if (wire.shape !== 'messages') throw new Error('a Shelly speaks messages');
    wire.serve(hubFarClient(hub, wire.will));
    onTestFinished(() => simulator.close());
    await settle();
    return simulator;
  };

  test('finds who looks like one, asks who it is, and tells when it goes', async () => {
    const it = await discovering();
    const simulator = await device(it, 7);
    expect(it.found).toEqual([
      {
        identity: 'shellysim-aaaaaaaaaaa7',
        name: 'shellysim-aaaaaaaaaaa7',
        options: { topic: 'shellysim-aaaaaaaaaaa7' },
        manufacturer: 'Shelly',
        model: 'Sim (SIM-0001)',
        version: '1.4.4',
      },
    ]);
    simulator.behaviour.goOffline();
    await settle();
    expect(it.gone).toEqual(['shellysim-aaaaaaaaaaa7']);
    simulator.behaviour.comeOnline();
    await settle();
    expect(it.found).toHaveLength(2);
  });

  test('finds one whose prefix was changed by what it tells, and asks it once', async () => {
    const it = await discovering();
    const simulator = await device(it, 8, { topic: 'kitchen' });
    expect(it.found).toMatchObject([{ identity: 'shellysim-aaaaaaaaaaa8', options: { topic: 'kitchen' } }]);
    simulator.behaviour.press();
    simulator.behaviour.press();
    await settle();
    expect(it.heard.filter(({ topic: on }) => on === 'kitchen/rpc')).toHaveLength(1);
  });

  test('asks nobody else, and who is silent not again and again', async () => {
    const it = await discovering();
    await it.say('printer/online', 'true', true);
    await it.say('printer/events/rpc', { src: 'printer', method: 'NotifyStatus', params: {} });
    expect(it.heard.filter(({ topic: on }) => on.endsWith('/rpc') && on.startsWith('printer/rpc'))).toEqual([]);
    for (const wrong of ['', 'x'.repeat(201)]) {
      await it.say(`${wrong}/events/rpc`, { src: 'shellyx-aabbccddeeff', method: 'NotifyStatus', params: {} });
      expect(it.heard.filter(({ topic: on }) => on === `${wrong}/rpc`)).toEqual([]);
    }
    const silent = { src: 'shellyx-aabbccddeeff', method: 'NotifyStatus', params: {} };
    await it.say('attic/events/rpc', silent);
    await it.clock.advance(2000);
    for (let more = 0; more < 5; more++) await it.say('attic/events/rpc', silent);
    const asked = () => it.heard.filter(({ topic: on }) => on === 'attic/rpc').length;
    expect(asked()).toBe(1);
    await it.clock.advance(60_000);
    await it.say('attic/events/rpc', silent);
    expect(asked()).toBe(2);
    expect(it.found).toEqual([]);
  });

  test('is told to whoever comes later, and to nobody who has left', async () => {
    const it = await discovering();
    await device(it, 9);
    it.end();
    const { log, shared } = it.context;
    const later: Candidate[] = [];
    const discovery = { found: (one: Candidate) => void later.push(one), gone: () => {} };
    const { signal } = new AbortController();
    await shellyGen2Driver.discover?.(it.near, discovery, { log, clock: it.clock, signal, shared, options: {} });
    expect(later).toHaveLength(1);
    await device(it, 10);
    expect([it.found.length, later.length]).toEqual([1, 2]);
  });
});

test('a message for another device is not heard', async () => {
  const { say, told } = await attached();
  const before = told.reports.length;
  await say('shelly-other/events/rpc', { method: 'NotifyStatus', params: { 'switch:0': { output: true } } });
  await say('shelly-other/status/switch:0', { id: 0, output: true });
  expect(told.reports).toHaveLength(before);
});
