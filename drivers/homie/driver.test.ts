import { describe, expect, onTestFinished, test } from 'vitest';
import type { Candidate, Message } from '../../src/driver/index.ts';
import { settle, VirtualClock } from '../../src/testing/virtual-clock.ts';
import { MemoryHub } from '../../src/transport/memory.ts';
import { messageCall, recordingContext, runCommand, sharedOn } from '../../test/support/message-call.ts';
import { TappedConnection } from '../../test/support/mqtt/tapped.ts';
import { homie } from './driver.ts';

const nodes = {
  engine: {
    name: 'Car engine',
    properties: {
      temperature: { name: 'Engine temperature', unit: '°C', datatype: 'float', format: '-20:120' },
      speed: { name: 'Speed', datatype: 'float', format: '0:200', settable: true },
      horn: { datatype: 'enum', format: 'short,long', settable: true, retained: false },
    },
  },
};
const description = (more: object = {}) => ({
  homie: '5.0',
  version: 7,
  name: 'Supercar',
  nodes,
  children: [],
  extensions: [],
  ...more,
});

/** A device played by the test, word for word as the convention shows it. */
async function bench() {
  const clock = new VirtualClock();
  const hub = new MemoryHub();
  const near = new TappedConnection(hub.connect('near'));
  const far = hub.connect('far');
  const shared = sharedOn(near, clock);
  const heard: (Message & { text: string })[] = [];
  await far.subscribe('#', (message) => {
    if (message.topic.endsWith('/set')) heard.push({ ...message, text: Buffer.from(message.payload).toString() });
  });
  const say = async (topic: string, document: unknown, retain = true): Promise<void> => {
    const text = typeof document === 'string' ? document : JSON.stringify(document);
    await far.publish(topic.startsWith('/') ? topic.slice(1) : `homie/5/super-car/${topic}`, text, { retain });
    await settle();
  };
  /** As if the broker told what it had kept, which it may do at any time after a subscription. */
  const kept = async (path: string, payload: string): Promise<void> => {
    near.inject({ topic: `homie/5/super-car/${path}`, payload: Buffer.from(payload), retained: true });
    await settle();
  };
  const begin = async (): Promise<void> => {
    await say('$state', 'init');
    await say('$description', description());
    await say('engine/temperature', '21.5');
    await say('$state', 'ready');
  };
  const attach = async (options: Record<string, unknown> = {}) => {
    const { context, told } = recordingContext(clock, undefined, shared);
    const session = await homie.attach(near, { device: 'super-car', ...options }, context);
    await settle();
    return { session, told };
  };
  const call = () => messageCall({ connection: near, clock });
  return { clock, hub, near, far, shared, heard, say, kept, begin, attach, call };
}

async function driving(options: Record<string, unknown> = {}) {
  const it = await bench();
  await it.begin();
  const attached = await it.attach(options);
  const write = (value: unknown, call = it.call()): Promise<unknown> =>
    // Erased handlers take `never`.
    attached.session.write?.['engine-speed']?.(value as never, call.call as never) ?? expect.fail('it is not written');
  return { ...it, ...attached, write };
}

describe('a device', () => {
  test('needs the broker alone, and comes by itself', async () => {
    const it = await bench();
    const { session, told } = await it.attach();
    expect(session.model?.name).toBe('homie');
    expect(told.available).toBe(false);
    await it.begin();
    expect(told.available).toBe(true);
    expect(told.value('engine-temperature')).toBe(21.5);
    expect(told.models.at(-1)?.properties).toHaveProperty('engine-speed');
    expect(Object.keys(session.write ?? {})).toEqual(['engine-speed']);
    expect(Object.keys(session.commands)).toEqual(['engine-horn']);
    expect(it.heard).toEqual([]);
  });

  test('is what it was when it is attached later: its values are those of a device that is ready', async () => {
    const { told, session } = await driving();
    expect(told.available).toBe(true);
    expect(told.value('engine-temperature')).toBe(21.5);
    expect(told.value('alerts')).toEqual({});
    expect(session.model?.properties).toHaveProperty('engine-speed');
  });

  test('has its model before its first values come: without one they would be lost', async () => {
    const it = await bench();
    await it.begin();
    const { context, told } = recordingContext(it.clock, undefined, it.shared);
    const had: (boolean | undefined)[] = [];
    const report = (name: string): unknown => had.push(told.models.at(-1)?.properties[name] !== undefined);
    await homie.attach(it.near, { device: 'super-car' }, { ...context, report });
    await settle();
    expect(had).toContain(true);
    expect(had).not.toContain(false);
  });

  test('tells nothing old while it is away', async () => {
    const it = await bench();
    await it.begin();
    await it.say('$state', 'lost');
    const { told } = await it.attach();
    expect(told.reports).toEqual([]);
    await it.say('engine/temperature', '30');
    expect(told.reports).toEqual([]);
    await it.say('$state', 'ready');
    expect(told.value('engine-temperature')).toBe(30);
  });

  test.each(['init', 'disconnected', 'sleeping', 'lost', ''])('is away in state %j, and comes back', async (state) => {
    const { say, told, write, heard } = await driving();
    await say('$state', state);
    expect(told.available).toBe(false);
    await expect(write(100)).rejects.toMatchObject({ code: 'device-offline' });
    expect(heard).toEqual([]);
    await say('$state', 'ready');
    expect(told.available).toBe(true);
  });

  test('goes with its root', async () => {
    const it = await bench();
    await it.begin();
    await it.say('/homie/5/wheel/$description', description({ root: 'super-car', parent: 'super-car' }));
    await it.say('/homie/5/wheel/$state', 'ready');
    const { told } = await it.attach({ device: 'wheel' });
    expect(told.available).toBe(true);
    await it.say('$state', 'lost');
    expect(told.availability.at(-1)).toEqual({ available: false, detail: 'its root super-car is lost' });
    await it.say('$state', 'ready');
    expect(told.available).toBe(true);
  });

  test('is accepted by its target, and confirmed by its value', async () => {
    const { say, write, call, heard } = await driving();
    const both = call();
    const handled = write(100.5, both);
    await settle();
    expect(heard).toMatchObject([{ topic: 'homie/5/super-car/engine/speed/set', text: '100.5', retained: false }]);
    await say('engine/speed/$target', '100.5');
    expect(both.confirmed.map(({ level }) => level)).toEqual(['acknowledged']);
    await say('engine/speed', '100.50');
    await handled;
    expect(both.confirmed.map(({ level }) => level)).toEqual(['acknowledged', 'confirmed']);
  });

  test('is accepted and no more when the value takes its time', async () => {
    const { say, write, call, clock } = await driving();
    const slow = call();
    const handled = write(100, slow);
    await settle();
    await say('engine/speed/$target', '100');
    await say('engine/speed', '20');
    await clock.advance(300);
    await handled;
    expect(slow.confirmed.map(({ level }) => level)).toEqual(['acknowledged']);
    expect(clock.pendingTimers).toBe(0);
  });

  test('is confirmed by its value alone where it tells no target', async () => {
    const { say, write, call } = await driving();
    const quick = call();
    const handled = write(100, quick);
    await settle();
    await say('engine/speed', '100');
    await handled;
    expect(quick.confirmed.map(({ level }) => level)).toEqual(['confirmed']);
  });

  test.each([
    ['another value', 'engine/speed', '99'],
    ['another target', 'engine/speed/$target', '100.0'],
    ['another property', 'engine/temperature', '100'],
    ['another device', '/homie/5/other/engine/speed', '100'],
    ['nonsense', 'engine/speed', 'fast'],
  ])('is not confirmed by %s', async (_, topic, payload) => {
    const { say, write, call, clock } = await driving();
    const odd = call();
    const outcome = expect(write(100, odd)).rejects.toMatchObject({ code: 'device-timeout' });
    await settle();
    await say(topic, payload);
    await clock.advance(4000);
    await outcome;
    expect(odd.confirmed).toEqual([]);
  });

  test('is not confirmed by what came before the command, nor by what the broker had kept', async () => {
    const { say, write, call, clock, shared, near } = await driving();
    await say('engine/speed', '100');
    const odd = call();
    const outcome = expect(write(100, odd)).rejects.toMatchObject({ code: 'device-timeout' });
    await settle();
    // A second subscription has the broker tell again what it keeps.
    const { context } = recordingContext(clock, undefined, shared);
    await homie.attach(near, { device: 'super-car' }, context);
    await clock.advance(4000);
    await outcome;
  });

  test('has moments, told once, and orders that nothing answers', async () => {
    const { say, session, told, call, heard } = await driving();
    await say('engine/horn', 'short', false);
    expect(told.events).toEqual([{ event: 'engine-horn', data: { value: 'short' } }]);
    const horn = call();
    expect(await runCommand(session, 'engine-horn', { value: 'long' }, horn)).toEqual({});
    expect(heard.at(-1)).toMatchObject({ topic: 'homie/5/super-car/engine/horn/set', text: 'long' });
    expect(horn.published[0]?.options).toMatchObject({ qos: 0 });
    expect(horn.confirmed).toEqual([]);
  });

  test('a moment that the broker has kept is over', async () => {
    const it = await bench();
    await it.begin();
    await it.say('engine/horn', 'short');
    const { told } = await it.attach();
    await it.kept('engine/horn', 'long');
    expect(told.events).toEqual([]);
  });

  test('is neither accepted nor confirmed by what the broker had kept', async () => {
    const { kept, say, write, call, clock } = await driving();
    const odd = call();
    const handled = write(100, odd);
    await settle();
    await kept('engine/speed/$target', '100');
    await kept('engine/speed', '100');
    expect(odd.confirmed).toEqual([]);
    await say('engine/speed/$target', '100');
    await kept('engine/speed', '100');
    await clock.advance(300);
    await handled;
    expect(odd.confirmed.map(({ level }) => level)).toEqual(['acknowledged']);
  });

  test('loses what it tells no more, or tells badly', async () => {
    const { say, told } = await driving();
    await say('engine/temperature', 'hot');
    await say('engine/temperature', '22');
    await say('engine/temperature', '');
    expect(told.losses.map(({ property }) => property)).toEqual(['engine-temperature', 'engine-temperature']);
    expect(told.unmatched).toEqual(['unreadable payload of engine-temperature']);
  });

  test('says what is wrong with it, until it no longer is', async () => {
    const { say, told } = await driving();
    await say('$alert/battery', 'Battery is low');
    expect(told.value('alerts')).toEqual({ battery: 'Battery is low' });
    await say('$alert/battery', '');
    expect(told.value('alerts')).toEqual({});
  });

  test('becomes another one', async () => {
    const { say, told, session } = await driving();
    await say('$state', 'init');
    await say(
      '$description',
      description({ version: 8, nodes: { engine: { properties: { gear: { datatype: 'integer', settable: true } } } } }),
    );
    await say('$state', 'ready');
    expect(Object.keys(told.models.at(-1)?.properties ?? {})).toEqual(['engine-gear', 'alerts']);
    expect(Object.keys(session.write ?? {})).toEqual(['engine-gear']);
    expect(session.commands).toEqual({});
    expect(told.available).toBe(true);
  });

  test('stays what it is when it says a state that is none', async () => {
    const { say, told } = await driving();
    await say('$state', 'dancing');
    expect(told.available).toBe(true);
  });

  test('survives a description that is none', async () => {
    const { say, told, session } = await driving();
    for (const wrong of ['{', 'null', '[]', '{"homie":"9.0"}']) await say('$description', wrong);
    expect(told.available).toBe(true);
    expect(told.models).toEqual([session.model]);
  });

  test('is stopped as its configuration says, also while it is away', async () => {
    const { say, session, call, heard } = await driving({ stop: [{ property: 'engine-speed', value: 0 }] });
    expect(session.model?.stop).toMatchObject({ confirmation: 'acknowledged' });
    await say('$state', 'lost');
    const stop = call();
    const handled = session.stop?.(stop.call as never);
    await settle();
    expect(heard.at(-1)).toMatchObject({ topic: 'homie/5/super-car/engine/speed/set', text: '0' });
    expect(stop.confirmed).toEqual([]);
    await say('engine/speed', '0');
    await handled;
    expect(stop.confirmed.map(({ level }) => level)).toEqual(['acknowledged']);
  });

  test('is not stopped before every value is taken', async () => {
    const it = await bench();
    await it.begin();
    const more = { ...nodes, lights: { properties: { on: { datatype: 'boolean', settable: true } } } };
    await it.say('$description', description({ nodes: more }));
    const stop = [
      { property: 'engine-speed', value: 0 },
      { property: 'lights-on', value: false },
    ];
    const { session } = await it.attach({ stop });
    const call = it.call();
    const outcome = expect(session.stop?.(call.call as never)).rejects.toMatchObject({ code: 'device-timeout' });
    await settle();
    expect(it.heard.map(({ text }) => text)).toEqual(['0', 'false']);
    await it.say('engine/speed', '0');
    await it.clock.advance(4000);
    await outcome;
    expect(call.confirmed).toEqual([]);
  });

  test.each([
    [{ property: 'engine-speed', value: 'x' }],
    [{ property: 'engine-temperature', value: 1 }],
    [{ property: 'constructor', value: 1 }],
  ])('cannot be stopped by %j', async (stop) => {
    const { session, told } = await driving({ stop: [stop] });
    expect(session.model?.stop).toBeUndefined();
    expect(told.errors).toHaveLength(1);
  });
});

describe('Homie 4', () => {
  const attributes: readonly (readonly [string, string])[] = [
    ['$homie', '4.0.0'],
    ['$name', 'Kitchen light'],
    ['$extensions', ''],
    ['$nodes', 'light'],
    ['light/$name', 'Light'],
    ['light/$type', 'lamp'],
    ['light/$properties', 'power,blink'],
    ['light/power/$name', 'Power'],
    ['light/power/$datatype', 'boolean'],
    ['light/power/$settable', 'true'],
    ['light/blink/$name', 'Blink'],
    ['light/blink/$datatype', 'integer'],
    ['light/blink/$settable', 'true'],
    ['light/blink/$retained', 'false'],
    ['light/power', 'false'],
    ['$state', 'ready'],
  ];

  async function lit(options: Record<string, unknown> = {}) {
    const it = await bench();
    for (const [path, payload] of attributes.toReversed()) await it.say(`/homie/kitchen-light/${path}`, payload);
    const attached = await it.attach({ device: 'kitchen-light', ...options });
    await it.clock.advance(100);
    await settle();
    return { ...it, ...attached };
  }

  test.each([{}, { version: 4 }])('is found and put together from its attributes (%j)', async (options) => {
    const { told, session, clock } = await lit(options);
    expect(told.available).toBe(true);
    expect(told.models.at(-1)?.properties).toMatchObject({ 'light-power': { access: 'read-write' } });
    expect(told.value('light-power')).toBe(false);
    expect(Object.keys(session.commands)).toEqual(['light-blink']);
    expect(clock.pendingTimers).toBe(0);
  });

  test('is not looked for where version 5 is asked for', async () => {
    const { told } = await lit({ version: 5 });
    expect(told.available).toBe(false);
  });

  test('confirms by the value, and is not confused by its own commands', async () => {
    const { session, say, call, told } = await lit();
    const on = call();
    const handled = session.write?.['light-power']?.(true as never, on.call as never);
    await settle();
    expect(on.confirmed).toEqual([]);
    await say('/homie/kitchen-light/light/power', 'true');
    await handled;
    expect(on.confirmed.map(({ level }) => level)).toEqual(['confirmed']);
    expect(told.unmatched).toEqual([]);
  });

  test('orders a moment exactly once', async () => {
    const { session, call } = await lit();
    const blink = call();
    await runCommand(session, 'light-blink', { value: 3 }, blink);
    expect(blink.published).toMatchObject([
      { topic: 'homie/kitchen-light/light/blink/set', payload: '3', options: { qos: 2 } },
    ]);
  });

  test('works while something is wrong with it', async () => {
    const { told, say } = await lit();
    await say('/homie/kitchen-light/$state', 'alert');
    expect(told.available).toBe(true);
  });

  test('is warned of a command that the broker keeps', async () => {
    const it = await bench();
    await it.say('/homie/kitchen-light/light/power/set', 'true');
    for (const [path, payload] of attributes) await it.say(`/homie/kitchen-light/${path}`, payload);
    const { told } = await it.attach({ device: 'kitchen-light' });
    await settle();
    expect(told.unmatched).toEqual(['retained command on homie/kitchen-light/light/power/set']);
  });
});

describe('discovery', () => {
  async function searching(options: unknown = {}) {
    const it = await bench();
    const found = new Map<string, Candidate>();
    const gone: string[] = [];
    const stop = new AbortController();
    onTestFinished(() => stop.abort());
    const silent = (): void => {};
    const log = { debug: silent, info: silent, warn: silent, error: silent };
    const discovery = {
      found: (candidate: Candidate) => void found.set(candidate.identity, candidate),
      gone: (identity: string) => void gone.push(identity),
    };
    await homie.discover?.(it.near, discovery, {
      options,
      log,
      clock: it.clock,
      signal: stop.signal,
      shared: it.shared,
    });
    return { ...it, found, gone, stop };
  }

  test('tells devices of both versions, of any domain, and when they go', async () => {
    const it = await searching();
    await it.begin();
    await it.say('/attic/fan/$homie', '4.0.0');
    await it.say('/attic/fan/$name', 'A fan');
    await it.say('/attic/fan/$state', 'ready');
    expect(it.found.get('homie/super-car')).toMatchObject({
      name: 'Supercar',
      options: { device: 'super-car', version: 5 },
    });
    expect(it.found.get('attic/fan')).toMatchObject({
      name: 'A fan',
      options: { device: 'fan', version: 4, domain: 'attic' },
    });
    await it.say('$state', '');
    await it.say('$description', '');
    expect(it.gone).toEqual(['homie/super-car']);
    it.stop.abort();
    await it.begin();
    expect(it.gone).toEqual(['homie/super-car']);
  });

  test('tells no device that was published from here, unless it is asked to', async () => {
    const mine = description({ extensions: ['org.bellcrank.devices:1.0.0'] });
    for (const [options, count] of [
      [{}, 0],
      [{ own: true }, 1],
    ] as const) {
      const it = await searching(options);
      await it.say('$description', mine);
      await it.say('$state', 'ready');
      expect(it.found.size).toBe(count);
    }
  });

  test('takes nothing that is no device for one', async () => {
    const it = await searching();
    await it.say('/homie/5/Not An Id/$state', 'ready');
    await it.say('/homie/thing/$state', 'ready');
    await it.say('/homie/old/$homie', '2.0.0');
    await it.say('/homie/old/$state', 'ready');
    await it.say('$state', 'ready');
    expect(it.found.size).toBe(0);
  });

  test('shares one model with all of its make', async () => {
    const it = await bench();
    const models = [];
    for (const device of ['a', 'b', 'c']) {
      await it.say(`/homie/5/${device}/$description`, description({ name: device }));
      await it.say(`/homie/5/${device}/$state`, 'ready');
      models.push((await it.attach({ device })).session.model);
    }
    expect(new Set(models).size).toBe(1);
  });
});
