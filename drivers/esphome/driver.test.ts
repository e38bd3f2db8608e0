import { describe, expect, test } from 'vitest';
import type { Candidate } from '../../src/driver/index.ts';
import { settle, VirtualClock } from '../../src/testing/virtual-clock.ts';
import { MemoryHub } from '../../src/transport/memory.ts';
import { messageCall, recordingContext, runCommand, sharedOn } from '../../test/support/message-call.ts';
import { esphomeDriver } from './driver.ts';

/** A device played by the test. */
async function bench(options: Record<string, unknown> = {}) {
  const clock = new VirtualClock();
  const hub = new MemoryHub();
  const near = hub.connect('near');
  const far = hub.connect('far');
  const { context, told } = recordingContext(clock, undefined, sharedOn(near, clock));
  const heard: [string, string, boolean][] = [];
  await far.subscribe('+/+/+/command', ({ topic, payload, retained }) => {
    heard.push([topic, Buffer.from(payload).toString(), retained]);
  });
  const say = async (topic: string, payload: string, retain = true): Promise<void> => {
    await far.publish(topic, payload, { retain });
    await settle();
  };
  const call = (extra: { dryRun?: boolean } = {}) => messageCall({ connection: near, clock, ...extra });
  const attach = async () => {
    const session = esphomeDriver.attach(near, { prefix: 'room', replyTimeoutMs: 500, ...options }, context);
    await clock.advance(1000);
    return await session;
  };
  const names = (): string[] => Object.keys(told.models.at(-1)?.properties ?? {});
  return { clock, near, far, context, told, heard, say, call, attach, names };
}

const config = (type: string, id: string, more: object = {}, prefix = 'room') =>
  [
    `homeassistant/${type}/room/${id}/config`,
    JSON.stringify({
      stat_t: `${prefix}/${type}/${id}/state`,
      avty_t: `${prefix}/status`,
      dev: { ids: 'a4cf12345678', name: 'Room', mdl: 'esp01', sw: '2024.6.0' },
      ...more,
    }),
  ] as const;

describe('attach', () => {
  test('needs the broker alone: a device of which nothing is known is away, and returns', async () => {
    const it = await bench();
    await it.attach();
    expect(it.told.available).toBe(false);
    expect(it.told.models).toEqual([]);
    expect(it.heard).toEqual([]);
    await it.say('room/status', 'online');
    await it.say('room/switch/relay/state', 'ON');
    await it.say('room/sensor/temperature/state', '21.5');
    expect(it.told.available).toBe(true);
    await it.clock.advance(100);
    expect(it.names()).toEqual(['temperature', 'relay']);
    expect(it.told.models).toHaveLength(1);
    expect([it.told.value('relay'), it.told.value('temperature')]).toEqual([true, 21.5]);
    expect(it.clock.pendingTimers).toBe(0);
  });

  test('learns what the broker keeps: states, and discovery messages', async () => {
    const it = await bench();
    await it.say(...config('number', 'setpoint', { min: 5, max: 30, unit_of_meas: '°C' }));
    await it.say(...config('button', 'restart', { stat_t: undefined, cmd_t: 'room/button/restart/command' }));
    await it.say(...config('switch', 'other', { dev: {} }, 'elsewhere'));
    await it.say('room/status', 'online');
    await it.say('room/switch/relay/state', 'OFF');
    const session = await it.attach();
    expect(it.told.models.at(-1)).toMatchObject({
      name: 'esphome-esp01',
      properties: { setpoint: { schema: { minimum: 5, maximum: 30, unit: '°C' } }, relay: {} },
      commands: { 'press-restart': {}, 'toggle-relay': {} },
    });
    expect(it.told.identities).toEqual(['a4cf12345678']);
    expect(it.told.value('relay')).toBe(false);
    await runCommand(session, 'press-restart', {}, it.call());
    expect(it.heard).toEqual([['room/button/restart/command', 'PRESS', false]]);
  });

  test('of a device that is away keeps its states for later', async () => {
    const it = await bench();
    await it.say('room/status', 'offline');
    await it.say('room/switch/relay/state', 'ON');
    await it.attach();
    expect(it.told.available).toBe(false);
    expect(it.names()).toEqual(['relay']);
    expect(it.told.reports).toEqual([]);
    await it.say('room/switch/relay/state', 'OFF');
    expect(it.told.available).toBe(true);
    expect(it.told.value('relay')).toBe(false);
  });

  test('a device without a status topic is there if its states are', async () => {
    const it = await bench();
    await it.say('room/switch/relay/state', 'ON');
    await it.attach();
    expect(it.told.available).toBe(true);
    expect(it.told.value('relay')).toBe(true);
  });

  test('what is declared holds against what is told', async () => {
    const it = await bench({
      components: [
        { type: 'number', id: 'setpoint', minimum: 10, maximum: 20 },
        { type: 'cover', id: 'blind', has: ['position'] },
      ],
    });
    await it.say(...config('number', 'setpoint', { min: 5, max: 30, unit_of_meas: '°C' }));
    await it.say('room/status', 'online');
    await it.attach();
    expect(it.told.models.at(-1)?.properties).toMatchObject({
      setpoint: { schema: { minimum: 10, maximum: 20, unit: '°C' } },
      'blind-position': {},
    });
  });

  test('a new component makes a new model, and a message that is not one makes none', async () => {
    const it = await bench();
    await it.say('room/status', 'online');
    await it.say('room/switch/relay/state', 'ON');
    await it.attach();
    await it.say('room/debug/x/state', 'ON');
    await it.say('room/constructor/x/state', 'ON');
    await it.say('room/switch/relay/state', 'OFF');
    await it.clock.advance(100);
    expect(it.told.models).toHaveLength(1);
    await it.say(...config('select', 'mode', { ops: ['a', 'b'] }));
    await it.clock.advance(100);
    expect(it.names()).toEqual(['mode', 'relay']);
  });

  test('is bounded', async () => {
    const it = await bench();
    await it.say('room/status', 'online');
    await it.attach();
    for (let n = 0; n < 400; n++) void it.far.publish(`room/switch/s${n}/state`, 'ON');
    await settle();
    await it.clock.advance(100);
    expect(it.names()).toHaveLength(200);
    await it.say('room/sensor/x/state', 'y'.repeat(10_000), false);
    expect(it.told.unmatched).toEqual(['unreadable payload on room/sensor/x/state']);
  });
});

describe('a command', () => {
  async function attached(options: Record<string, unknown> = {}) {
    const it = await bench(options);
    await it.say('room/status', 'online');
    await it.say('room/switch/relay/state', 'OFF');
    await it.say('room/number/level/state', '5.000000');
    const session = await it.attach();
    const write = (name: string, value: unknown, { call } = it.call()): Promise<unknown> | undefined =>
      // Erased handlers take `never`.
      session.write?.[name]?.(value as never, call as never);
    return { ...it, session, write };
  }

  test('is confirmed by the live state that follows, and by nothing else', async () => {
    const { write, call, say, heard } = await attached();
    const on = call();
    const outcome = write('level', 7, on);
    await settle();
    await say('room/number/level/state', '6.000000');
    await say('room/number/other/state', '7.000000');
    expect(on.confirmed).toEqual([]);
    await say('room/number/level/state', '7.000000');
    await outcome;
    expect(on.confirmed).toEqual([
      { level: 'confirmed', evidence: { topic: 'room/number/level/state', payload: '7.000000' } },
    ]);
    expect(heard).toEqual([['room/number/level/command', '7', false]]);
  });

  test('that nothing follows is a timeout, and what comes late resolves nothing', async () => {
    const { write, call, say, clock, told, session } = await attached();
    const on = call();
    const outcome = expect(write('relay', false, on)).rejects.toMatchObject({ code: 'device-timeout' });
    await clock.advance(500);
    await outcome;
    await say('room/switch/relay/state', 'OFF');
    expect(on.late).toEqual([]);
    // Erased handlers take `never`.
    await session.resync?.(call().call as never);
    expect(told.unmatched).toEqual(['late answer on room/switch/relay/state']);
  });

  test('in a dry run is shown', async () => {
    const { write, call, heard } = await attached();
    const dry = call({ dryRun: true });
    await expect(write('relay', true, dry)).rejects.toMatchObject({ complete: true });
    expect(dry.published).toMatchObject([{ topic: 'room/switch/relay/command', payload: 'ON' }]);
    expect(heard).toEqual([]);
  });

  test('is not sent to a device that is away', async () => {
    const { write, call, say, heard } = await attached();
    await say('room/status', 'offline');
    await expect(write('relay', true, call())).rejects.toMatchObject({ code: 'device-offline' });
    expect(heard).toEqual([]);
  });

  test('a sensor that does not know is lost', async () => {
    const { say, told, clock } = await attached();
    await say('room/sensor/t/state', 'nan');
    await clock.advance(100);
    expect(told.losses).toEqual([{ property: 't', why: 'the device tells no value' }]);
  });
});

describe('a stop', () => {
  const stop = [
    { property: 'relay', value: false },
    { property: 'level', value: 0 },
  ];

  async function stopping(settings: unknown) {
    const it = await bench({ stop: settings });
    await it.say('room/status', 'online');
    await it.say('room/switch/relay/state', 'ON');
    await it.say('room/number/level/state', '5.000000');
    const session = await it.attach();
    const call = it.call();
    // Erased handlers take `never`.
    const stopped = session.stop?.(call.call as never);
    return { ...it, call, stopped };
  }

  test('sets what it is declared to set, also of a device that is away', async () => {
    const it = await stopping(stop);
    await settle();
    expect(it.heard.map(([topic, payload]) => [topic, payload])).toEqual([
      ['room/switch/relay/command', 'OFF'],
      ['room/number/level/command', '0'],
    ]);
    await it.say('room/switch/relay/state', 'OFF');
    expect(it.call.confirmed).toEqual([]);
    await it.say('room/number/level/state', '0.000000');
    await it.stopped;
    expect(it.call.confirmed.map(({ level }) => level)).toEqual(['confirmed']);
    expect(it.told.models.at(-1)?.stop).toBeDefined();
  });

  test.each([[[...stop, { property: 'nothing', value: 1 }]], [[...stop, { property: 'relay', value: 'x' }]]])(
    'that cannot set %j sets the rest and fails',
    async (settings) => {
      const it = await stopping(settings);
      const failed = expect(it.stopped).rejects.toMatchObject({ code: 'device-failed' });
      await settle();
      expect(it.heard).toHaveLength(2);
      await it.say('room/switch/relay/state', 'OFF');
      await it.say('room/number/level/state', '0.000000');
      await failed;
      expect(it.call.confirmed).toEqual([]);
    },
  );

  test('is none without a declaration', async () => {
    const it = await bench();
    await it.say('room/switch/relay/state', 'ON');
    expect((await it.attach()).stop).toBeUndefined();
  });
});

test('discovery finds nodes by what they tell of themselves and for Home Assistant, and tells when they go', async () => {
  const it = await bench();
  const log: unknown[] = [];
  const controller = new AbortController();
  await it.say(
    'esphome/discover/kitchen',
    '{"name":"kitchen","friendly_name":"Kitchen","mac":"a4cf00000001","board":"esp01","version":"2024.6.0"}',
  );
  await it.say(...config('switch', 'relay', {}, 'house/room'));
  await it.say('esphome/discover/room', '{"name":"room","mac":"a4cf12345678"}');
  await it.say('homeassistant/switch/x/y/config', '{"stat_t":"zigbee/y"}');
  const discovery = {
    found: ({ identity, name, model, options }: Candidate) => log.push({ identity, name, model, options }),
    gone: (identity: string) => log.push({ gone: identity }),
  };
  const { context } = it;
  await esphomeDriver.discover?.(it.near, discovery, {
    log: context.log,
    clock: it.clock,
    signal: controller.signal,
    shared: context.shared,
    options: {},
  });
  await settle();
  const last = new Map(log.map((entry) => [JSON.stringify(entry).slice(0, 40), entry]));
  expect([...last.values()]).toContainEqual({
    identity: 'kitchen',
    name: 'Kitchen',
    model: 'esp01',
    options: { prefix: 'kitchen' },
  });
  expect([...last.values()]).toContainEqual({
    identity: 'house/room',
    name: expect.any(String),
    model: 'esp01',
    options: { prefix: 'house/room' },
  });
  expect(JSON.stringify(log)).not.toContain('"prefix":"room"');
  await it.say('esphome/discover/kitchen', '');
  expect(log.at(-1)).toEqual({ gone: 'kitchen' });
  await it.say('esphome/discover/room', '');
  expect(log.at(-1)).toEqual({ gone: 'kitchen' });
  await it.say(config('switch', 'relay', {}, 'house/room')[0], '');
  expect(log.at(-1)).toEqual({ gone: 'house/room' });
  controller.abort();
  const before = log.length;
  await it.say('esphome/discover/later', '{"name":"later"}');
  expect(log).toHaveLength(before);
  expect(it.heard).toEqual([]);
});
