import { describe, expect, onTestFinished, test } from 'vitest';
import type { AnySession, Candidate, Model } from '../../src/driver/index.ts';
import { settle, VirtualClock } from '../../src/testing/virtual-clock.ts';
import { MemoryHub } from '../../src/transport/memory.ts';
import { messageCall, recordingContext, runCommand, sharedOn } from '../../test/support/message-call.ts';
import { zigbee2mqttBridge } from './bridge.ts';
import { zigbee2mqtt } from './driver.ts';

const address = '0x00158d00018255df';
const onOff = {
  type: 'binary',
  name: 'state',
  property: 'state',
  value_on: 'ON',
  value_off: 'OFF',
  value_toggle: 'TOGGLE',
  access: 7,
};
const power = { type: 'numeric', name: 'power', property: 'power', unit: 'W', access: 5 };
/** `my_plug` of the docs, "bridge/devices". */
const plug = (
  more: Record<string, unknown> = {},
  exposes: unknown[] = [{ type: 'switch', features: [onOff] }, power],
) => ({
  ieee_address: address,
  type: 'Router',
  network_address: 29_159,
  supported: true,
  friendly_name: 'my_plug',
  definition: { model: 'ZNCZ02LM', vendor: 'Xiaomi', description: 'Mi power plug ZigBee', options: [], exposes },
  power_source: 'Mains (single phase)',
  interviewing: false,
  interview_completed: true,
  ...more,
});
const coordinator = {
  ieee_address: '0x00124b00120144ae',
  type: 'Coordinator',
  friendly_name: 'Coordinator',
  definition: null,
};

/** A bridge played by the test, word for word as the documentation shows it. */
async function bench() {
  const clock = new VirtualClock();
  const hub = new MemoryHub();
  const near = hub.connect('near');
  const far = hub.connect('far');
  const shared = sharedOn(near, clock);
  const heard: { topic: string; text: string }[] = [];
  await far.subscribe('zigbee2mqtt/#', ({ topic, payload }) => {
    if (/\/(set|get)$|\/request\//.test(topic)) heard.push({ topic, text: Buffer.from(payload).toString() });
  });
  const say = async (topic: string, document: unknown, retain = false): Promise<void> => {
    const text = typeof document === 'string' ? document : JSON.stringify(document);
    await far.publish(`zigbee2mqtt/${topic}`, text, { retain });
    await settle();
  };
  const tell = (...devices: unknown[]) => say('bridge/devices', [coordinator, ...devices], true);
  const online = () => say('bridge/state', { state: 'online' }, true);
  const attach = async (options: Record<string, unknown> = { device: address }) => {
    const { context, told } = recordingContext(clock, undefined, shared);
    const session = await zigbee2mqtt.attach(near, options, context);
    await settle();
    return { session, told };
  };
  const call = () => messageCall({ connection: near, clock });
  return { clock, hub, near, far, shared, heard, say, tell, online, attach, call };
}

const model = (session: AnySession): Model => session.model ?? expect.fail('there is no model');

describe('a device', () => {
  test('needs the broker alone, and comes by itself', async () => {
    const it = await bench();
    const { session, told } = await it.attach();
    expect(model(session)).toMatchObject({ name: 'zigbee2mqtt', properties: {} });
    expect(told.available).toBe(false);
    expect(told.availability.at(-1)?.detail).toContain('zigbee2mqtt/bridge/state');
    await it.online();
    await it.tell(plug());
    expect(told.available).toBe(true);
    expect(told.models.at(-1)).toMatchObject({ name: 'zigbee2mqtt-zncz02lm', properties: { state: {}, power: {} } });
    expect(told.identities).toContain(address);
    // The records that the runtime holds have what the new model has.
    expect(Object.keys(session.commands)).toEqual(['set', 'toggle']);
    expect(Object.keys(session.write ?? {})).toEqual(['state']);
  });

  test('is asked for what it mainly is, and changes nothing', async () => {
    const it = await bench();
    await it.online();
    await it.tell(plug());
    await it.attach();
    expect(it.heard).toEqual([{ topic: 'zigbee2mqtt/my_plug/get', text: '{"state":""}' }]);
  });

  test.each([
    [{ disabled: true }, 'disabled'],
    [{ interviewing: true }, 'interviewing'],
    [{ interview_completed: false }, 'interview'],
    [{ supported: false, definition: null }, 'support'],
  ])('that is %j is away', async (more, why) => {
    const it = await bench();
    await it.online();
    await it.tell(plug(more));
    const { told } = await it.attach();
    expect(told.availability.at(-1)).toMatchObject({ available: false, detail: expect.stringContaining(why) });
  });

  test('is away when nobody knows it, or when it has left', async () => {
    const it = await bench();
    await it.online();
    await it.tell();
    const { told } = await it.attach();
    expect(told.availability.at(-1)).toEqual({ available: false, detail: 'zigbee2mqtt knows no such device' });
    await it.tell(plug());
    await it.tell();
    expect(told.availability.at(-1)).toEqual({ available: false, detail: 'it is no longer paired' });
  });

  test('is not disturbed by what is told of others', async () => {
    const it = await bench();
    await it.online();
    await it.tell(plug());
    const { told } = await it.attach();
    const [presence, models] = [told.availability.length, told.models.length];
    await it.tell(plug(), plug({ ieee_address: '0x00158d0000000001', friendly_name: 'other' }));
    await it.say('other', { state: 'ON' });
    expect(told.availability).toHaveLength(presence);
    expect(told.models).toHaveLength(models);
    expect(told.value('state')).toBeUndefined();
  });

  test('believes nothing that the broker had kept', async () => {
    const it = await bench();
    await it.online();
    await it.tell(plug());
    await it.say('my_plug', { state: 'ON', power: 3 }, true);
    const { told } = await it.attach();
    expect(told.value('state')).toBeUndefined();
    await it.say('my_plug', { state: 'ON', power: 4 }, true);
    // Live to whoever had subscribed before.
    expect(told.value('power')).toBe(4);
  });

  test('loses a value that is told to be none', async () => {
    const it = await bench();
    await it.online();
    await it.tell(plug());
    const { told } = await it.attach();
    await it.say('my_plug', { state: null, power: null });
    expect(told.losses).toEqual([]);
    await it.say('my_plug', { state: 'ON', power: 4 });
    await it.say('my_plug', { state: 'DIMMED', power: null });
    expect(told.losses.map(({ property }) => property)).toEqual(['state', 'power']);
    await it.say('my_plug', 'half of {');
    expect(told.unmatched).toEqual(['unreadable payload on zigbee2mqtt/my_plug']);
  });

  test('waits on when another value is told', async () => {
    const it = await bench();
    await it.online();
    await it.tell(plug());
    const { session } = await it.attach();
    const call = it.call();
    // Erased handlers take `never`.
    const outcome = expect(session.write?.['state']?.(true as never, call.call as never)).rejects.toMatchObject({
      code: 'device-timeout',
    });
    await settle();
    await it.say('my_plug', { state: 'OFF' });
    await it.say('my_plug', { power: 4 });
    await it.say('other', { state: 'ON' });
    await it.clock.advance(9000);
    await outcome;
    expect(call.confirmed).toEqual([]);
    expect(call.published).toMatchObject([{ topic: 'zigbee2mqtt/my_plug/set', payload: '{"state":"ON"}' }]);
    expect(call.published[0]?.options?.retain ?? false).toBe(false);
  });

  test('is not failed by what is said of others, of other values, or of reading', async () => {
    const it = await bench();
    await it.online();
    await it.tell(plug(), plug({ ieee_address: '0x00158d0000000001', friendly_name: 'other' }));
    const { session } = await it.attach();
    const call = it.call();
    const handled = session.write?.['state']?.(true as never, call.call as never);
    await settle();
    const fail = (type: string, key: string, name: string) =>
      it.say('bridge/logging', {
        level: 'error',
        message: `Publish '${type}' '${key}' to '${name}' failed: 'Error: x'`,
      });
    await fail('set', 'state', 'other');
    await fail('set', 'power', 'my_plug');
    await fail('get', 'state', 'my_plug');
    await it.say('my_plug', { state: 'ON' });
    await handled;
    expect(call.confirmed.map(({ level }) => level)).toEqual(['acknowledged']);
  });

  test('waits for every value of several', async () => {
    const it = await bench();
    await it.online();
    const brightness = { type: 'numeric', name: 'brightness', property: 'brightness', value_max: 254, access: 7 };
    await it.tell(plug({}, [{ type: 'light', features: [onOff, brightness] }]));
    const { session } = await it.attach();
    const call = it.call();
    const handled = runCommand(session, 'set', { state: true, brightness: 9, transition: 2 }, call);
    await settle();
    expect(it.heard.at(-1)?.text).toBe('{"state":"ON","brightness":9,"transition":2}');
    await it.say('my_plug', { state: 'ON', brightness: 8 });
    await it.say('my_plug', { brightness: 9 });
    expect(call.confirmed).toEqual([]);
    await it.say('my_plug', { state: 'ON', brightness: 9 });
    expect(await handled).toEqual({ state: true, brightness: 9 });
  });

  test('has toggled when it tells another state than before', async () => {
    const it = await bench();
    await it.online();
    await it.tell(plug());
    const { session } = await it.attach();
    await it.say('my_plug', { state: 'OFF' });
    const call = it.call();
    const handled = runCommand(session, 'toggle', {}, call);
    await settle();
    // What a device reports by itself comes with the whole of what zigbee2mqtt believes.
    await it.say('my_plug', { state: 'OFF', power: 3 });
    expect(call.confirmed).toEqual([]);
    await it.say('my_plug', { state: 'ON' });
    await handled;
    expect(call.confirmed.map(({ level }) => level)).toEqual(['acknowledged']);
  });

  test('is not heard under the name that it had', async () => {
    const it = await bench();
    await it.online();
    await it.tell(plug());
    const { told } = await it.attach();
    await it.tell(plug({ friendly_name: 'kettle' }), plug({ ieee_address: '0x1', friendly_name: 'my_plug' }));
    await it.say('my_plug', { power: 99 });
    expect(told.value('power')).toBeUndefined();
    await it.say('kettle', { power: 5 });
    expect(told.value('power')).toBe(5);
  });

  test('is away when its availability says so, in both forms, and back when it is told nothing of it', async () => {
    const it = await bench();
    await it.online();
    await it.tell(plug());
    await it.say('my_plug/availability', 'offline', true);
    const { told } = await it.attach();
    expect(told.availability.at(-1)).toEqual({ available: false, detail: 'zigbee2mqtt says that it is offline' });
    await it.say('my_plug/availability', { state: 'online' }, true);
    expect(told.available).toBe(true);
    await it.say('my_plug/availability', { state: 'offline' }, true);
    await it.say('my_plug/availability', 'perhaps');
    expect(told.available).toBe(false);
    await it.say('my_plug/availability', '', true);
    expect(told.available).toBe(true);
  });

  test('is another one under the same name: refused', async () => {
    const it = await bench();
    await it.online();
    await it.tell(plug());
    const { context, told } = recordingContext(it.clock, undefined, it.shared);
    const refuse = (identity: string): void => {
      if (identity !== address) throw new Error('another one is there');
    };
    await zigbee2mqtt.attach(it.near, { device: 'my_plug' }, { ...context, identify: refuse });
    expect(told.available).toBe(true);
    // Followed by its address from here on.
    await it.tell(plug({ friendly_name: 'renamed' }), plug({ ieee_address: '0x00158d0000000001' }));
    expect(told.available).toBe(true);
    const another = { ...context, identify: refuse };
    await expect(zigbee2mqtt.attach(it.near, { device: 'my_plug' }, another)).rejects.toThrow('another one is there');
  });

  test('takes on a new definition', async () => {
    const it = await bench();
    await it.online();
    await it.tell(plug());
    const { session, told } = await it.attach();
    await it.tell(plug({}, [power]));
    expect(told.models.at(-1)?.properties).toHaveProperty('power');
    expect(told.models.at(-1)?.properties).not.toHaveProperty('state');
    expect(Object.keys(session.commands)).toEqual([]);
    expect(told.models.at(-1)?.stop).toBeUndefined();
  });

  test.each(['before it is told', 'after it was told'])(
    'is warned of a command that the broker keeps, %s',
    async (when) => {
      const it = await bench();
      await it.say('my_plug/set', { state: 'ON' }, true);
      if (when === 'after it was told') await it.tell(plug());
      const { told } = await it.attach();
      if (when === 'before it is told') await it.tell(plug());
      await it.say('my_plug/set', { state: 'OFF' });
      expect(told.unmatched).toEqual(['retained command on zigbee2mqtt/my_plug/set']);
    },
  );

  test('shares one model with all of its make', async () => {
    const it = await bench();
    await it.online();
    const others = Array.from({ length: 50 }, (_, n) => plug({ ieee_address: `0x${n}`, friendly_name: `plug ${n}` }));
    await it.tell(...others);
    const models = await Promise.all(
      ['0x1', '0x2', '0x49'].map(async (device) => model((await it.attach({ device })).session)),
    );
    expect(new Set(models).size).toBe(1);
  });

  test('survives an inventory that is none', async () => {
    const it = await bench();
    await it.online();
    await it.tell(plug());
    const { told } = await it.attach();
    for (const wrong of ['', '{', 'null', '{}', '[null, 7, {}]'.slice(0, 5)]) await it.say('bridge/devices', wrong);
    expect(told.available).toBe(true);
    await it.say('bridge/devices', [
      null,
      7,
      { ieee_address: 'x' },
      plug({ friendly_name: 'a/#' }),
      plug({ friendly_name: 'bridge/x' }),
    ]);
    expect(told.available).toBe(false);
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
    const context = { log, clock: it.clock, signal: stop.signal, shared: it.shared, options };
    await zigbee2mqtt.discover?.(it.near, discovery, context);
    return { ...it, found, gone, stop };
  }

  test('tells devices and groups, what they are, and why some cannot be used', async () => {
    const it = await searching();
    await it.online();
    const broken = plug({ ieee_address: '0x1', friendly_name: 'sensor', supported: false, definition: null });
    await it.tell(plug(), broken);
    await it.say(
      'bridge/groups',
      [{ id: 1, friendly_name: 'my_group', members: [{ ieee_address: address, endpoint: 1 }] }],
      true,
    );
    expect([...it.found.keys()].sort()).toEqual([address, '0x1', 'group-1'].sort());
    expect(it.found.get(address)).toMatchObject({
      name: 'my_plug',
      manufacturer: 'Xiaomi',
      model: 'ZNCZ02LM',
      options: { device: address },
    });
    expect(it.found.get('0x1')).toMatchObject({ unsupported: 'zigbee2mqtt does not support it' });
    expect(it.found.get('group-1')).toMatchObject({ options: { group: 1 } });
    await it.tell(plug({ friendly_name: 'kettle' }));
    expect(it.found.get(address)?.name).toBe('kettle');
    expect(it.gone).toEqual(['0x1']);
  });

  test('finds bridges under other base topics', async () => {
    const it = await searching();
    await it.far.publish('attic/bridge/state', 'online', { retain: true });
    await it.far.publish('attic/bridge/devices', JSON.stringify([plug()]), { retain: true });
    await settle();
    expect(it.found.get(`attic/${address}`)).toMatchObject({ options: { device: address, base: 'attic' } });
  });

  test('finds a bridge under a deeper base topic if it is named', async () => {
    const it = await searching({ bases: ['house/attic'] });
    await it.far.publish('house/attic/bridge/devices', JSON.stringify([plug()]), { retain: true });
    await settle();
    expect(it.found.get(`house/attic/${address}`)).toMatchObject({ options: { device: address, base: 'house/attic' } });
  });

  test('ends when it is told to', async () => {
    const it = await searching();
    await it.online();
    it.stop.abort();
    await it.tell(plug());
    expect(it.found.size).toBe(0);
  });
});

describe('the bridge', () => {
  async function bridged() {
    const it = await bench();
    await it.online();
    await it.say(
      'bridge/info',
      { version: '2.1.1', coordinator: { type: 'zStack3x0' }, network: { channel: 15 }, permit_join: false },
      true,
    );
    const { context, told } = recordingContext(it.clock, undefined, it.shared);
    const session = await zigbee2mqttBridge.attach(it.near, {}, context);
    await settle();
    const request = async (command: string, params: unknown) => {
      const call = it.call();
      const handled = runCommand(session, command, params, call);
      handled.catch(() => {});
      await settle();
      const { topic = '', text = '{}' } = it.heard.at(-1) ?? {};
      const asked = JSON.parse(text) as { transaction: string };
      const what = topic.slice('zigbee2mqtt/bridge/request/'.length);
      return {
        call,
        handled,
        asked,
        answer: (more: object) => it.say(`bridge/response/${what}`, { data: {}, status: 'ok', ...more }),
      };
    };
    return { ...it, session, told, request };
  }

  test('tells what it is', async () => {
    const { told, say } = await bridged();
    expect(told.available).toBe(true);
    expect(told.value('version')).toBe('2.1.1');
    expect(told.value('permit-join')).toBe(false);
    await say('bridge/event', { type: 'device_joined', data: { friendly_name: '0x1', ieee_address: '0x1' } });
    expect(told.events).toEqual([{ event: 'network', data: { type: 'device_joined', device: '0x1', name: '0x1' } }]);
  });

  test('lets devices join, acknowledged by its transaction and by no other', async () => {
    const { request } = await bridged();
    const { call, handled, asked, answer } = await request('permit-join', { seconds: 60 });
    expect(asked).toMatchObject({ value: true, time: 60 });
    await answer({ transaction: 'x' });
    await answer({});
    expect(call.confirmed).toEqual([]);
    await answer({ transaction: asked.transaction });
    expect(await handled).toEqual({});
    expect(call.confirmed).toMatchObject([{ level: 'acknowledged' }]);
  });

  test('refuses in its own words', async () => {
    const { request } = await bridged();
    const { handled, asked, answer } = await request('permit-join', { seconds: 60 });
    await answer({ status: 'error', error: 'Failed to connect to adapter', transaction: asked.transaction });
    await expect(handled).rejects.toMatchObject({
      code: 'device-refused',
      device: { code: 'error', text: 'Failed to connect to adapter' },
    });
  });

  test('tells how it is; a late answer still resolves its question, an answer that says nothing is nonsense', async () => {
    const { request, clock } = await bridged();
    const well = await request('health-check', {});
    await well.answer({ data: { healthy: true }, transaction: well.asked.transaction });
    expect(await well.handled).toEqual({ healthy: true });
    const odd = await request('health-check', {});
    await odd.answer({ transaction: odd.asked.transaction });
    await expect(odd.handled).rejects.toMatchObject({ code: 'device-protocol' });
    const late = await request('health-check', {});
    await clock.advance(9000);
    await expect(late.handled).rejects.toMatchObject({ code: 'device-timeout' });
    await late.answer({ data: { healthy: false }, transaction: late.asked.transaction });
    expect(late.call.late).toEqual([{ healthy: false }]);
  });
});
