import { Type } from '@sinclair/typebox';
import { describe, expect, test } from 'vitest';
import type { Model } from '../../src/driver/index.ts';
import { MemoryHub } from '../../src/transport/memory.ts';
import { northbound } from './bench.ts';
import { ovenModel } from './oven.ts';

const ha = { homeAssistant: { discoveryPrefix: 'homeassistant' } };
const homie = { homie: { domain: 'homie' } };
const config = 'homeassistant/device/bellcrank_lab/oven-1/config';
const base = 'bellcrank/lab/oven-1';
const device = 'homie/5/bellcrank-lab-oven-1';
const root = 'homie/5/bellcrank-lab';
const gone = { name: 'x', code: 'device-offline' } as never;

/** The oven without its mode, and with a setpoint that can only be read. */
function smaller(): Model {
  const { mode: _, setpoint, ...properties } = ovenModel.properties as Model['properties'];
  const schema = setpoint?.schema ?? Type.Number();
  return {
    ...(ovenModel as Model),
    properties: { ...properties, setpoint: { summary: 'Wanted', access: 'read', source: 'pushed', schema } },
  };
}

function heldBy(hub: MemoryHub) {
  const kept = new Map<string, string>();
  void hub.connect().subscribe('#', ({ topic, payload, retained }) => {
    if (retained) kept.set(topic, Buffer.from(payload).toString());
  });
  return kept;
}

describe('a model that changes', () => {
  test('in Home Assistant: what is gone is said to be empty once, and then left out', async () => {
    const { oven, said, settle, expectTold } = await northbound(ha);
    said.length = 0;
    oven.context?.remodel(smaller());
    await settle();
    const told = said.filter(({ topic }) => topic === config).map(({ payload }) => componentsOf(payload));
    expect(told).toHaveLength(2);
    expect(told[0]).toMatchObject({
      select_mode: { p: 'select' },
      number_setpoint: { p: 'number' },
      sensor_setpoint: { state_topic: `${base}/properties/setpoint` },
    });
    expect(Object.keys(told[0]?.['select_mode'] ?? {})).toEqual(['p']);
    expect(Object.keys(told[1] ?? {})).toEqual(expect.not.arrayContaining(['select_mode', 'number_setpoint']));
    expectTold(`${base}/properties/mode`, '');
    expectTold(`${base}/properties/setpoint`, '20');
  });

  test('in Home Assistant: what an earlier process told is taken back as well, and nobody else’s', async () => {
    const hub = new MemoryHub();
    const before = hub.connect();
    const old = (state_topic: string): object => ({ p: 'number', state_topic });
    const cmps = {
      number_old: old(`${base}/properties/old`),
      number_other: old('elsewhere/state'),
      number_wild: old(`${base}/+`),
    };
    await before.publish(config, JSON.stringify({ cmps }), { retain: true });
    await before.publish(`${base}/properties/old`, '1', { retain: true });
    await before.publish('elsewhere/state', '1', { retain: true });
    const { said } = await northbound(ha, hub);
    const [, first, last] = said.filter(({ topic }) => topic === config).map(({ payload }) => componentsOf(payload));
    expect(first).toMatchObject({ number_old: { p: 'number' }, number_other: { p: 'number' } });
    expect(last).not.toHaveProperty('number_old');
    const kept = heldBy(hub);
    await Promise.resolve();
    expect([...kept.keys()]).toContain('elsewhere/state');
    expect([...kept.keys()]).not.toContain(`${base}/properties/old`);
  });

  test('in Homie: described while it is not ready, with a higher version, and without the values that are gone', async () => {
    const { oven, said, settle, json, expectTold, clock } = await northbound(homie);
    const before = Number(json(`${device}/$description`)['version']);
    said.length = 0;
    oven.context?.remodel(smaller());
    await settle();
    const topics = said.map(({ topic, payload }) => `${topic} ${topic.includes('$desc') ? '' : payload}`);
    expect(topics.slice(0, 3)).toEqual([
      `${device}/$state init`,
      `${device}/$description `,
      `${device}/properties/mode `,
    ]);
    expect(topics.at(-1)).toBe(`${device}/$state ready`);
    const after = Number(json(`${device}/$description`)['version']);
    expect(after).toBeGreaterThan(before);
    expect(after).toBeGreaterThan(clock.now() - 1000);
    expectTold(`${device}/properties/setpoint`, '20');
  });
});

function componentsOf(payload: string): Record<string, Record<string, unknown>> {
  return (JSON.parse(payload) as { cmps: Record<string, Record<string, unknown>> }).cmps;
}

describe('labels that change', () => {
  test('are told', async () => {
    const { registry, settle, json } = await northbound(ha);
    registry.get('oven-1').labels = { name: 'Big oven', area: 'Lab' };
    await settle();
    expect(json(config)['dev']).toMatchObject({ name: 'Big oven', suggested_area: 'Lab' });
  });

  test('choose a device, or choose it no more', async () => {
    const { registry, settle, json, told, expectTold } = await northbound({ ...ha, ...homie, labels: ['kind=oven'] });
    registry.get('oven-1').labels = {};
    await settle();
    expectTold(config, '');
    expectTold(`${device}/$state`, '');
    expect(json(`${root}/$description`)).toMatchObject({ children: [] });
    told.clear();
    registry.get('oven-1').labels = { kind: 'oven' };
    await settle();
    expect(json(`${root}/$description`)).toMatchObject({ children: ['bellcrank-lab-oven-1'] });
    expect(told.get(config)).toContain('sensor_temperature');
    expectTold(`${device}/$state`, 'ready');
  });
});

test('a device that is chosen no more leaves nothing when its last command ends, and the outcome is told', async () => {
  const { registry, clock, hub, publish, json, settle } = await northbound({ ...ha, ...homie, labels: ['kind=oven'] });
  await publish(`${base}/properties/setpoint/set`, '240');
  registry.get('oven-1').labels = {};
  await clock.advance(2000);
  expect(json(`${base}/outcome`)).toMatchObject({ command: 'write:setpoint', outcome: 'unknown' });
  const kept = heldBy(hub);
  await settle();
  expect([...kept.keys()].toSorted()).toEqual([`${root}/$description`, `${root}/$state`]);
});

describe('a device that is removed', () => {
  test('leaves nothing with the broker', async () => {
    const { registry, clock, hub, publish, oven, settle } = await northbound({ ...ha, ...homie });
    await publish(`${device}/properties/setpoint/set`, '100');
    oven.context?.report('temperature', 77);
    await settle();
    await Promise.all([registry.remove('oven-1', gone), clock.advance(2000)]);
    const kept = heldBy(hub);
    await settle();
    expect([...kept.keys()].toSorted()).toEqual([`${root}/$description`, `${root}/$state`]);
  });

  test('while nobody could be told leaves nothing either, and others’ are not touched', async () => {
    const hub = new MemoryHub();
    const others = ['bellcrank-lab2', 'bellcrank-lab2-oven-1', 'bellcrank', 'somebody'];
    const first = await northbound({ ...ha, ...homie }, hub);
    first.add('oven-2');
    await first.settle();
    first.cut();
    await first.service.close();
    const elsewhere = 'homeassistant/device/bellcrank_other/oven-2/config';
    for (const id of others) await first.publish(`homie/5/${id}/$description`, '{"homie":"5.0"}', true);
    await first.publish(elsewhere, '{"cmps":{}}', true);
    const second = await northbound({ ...ha, ...homie }, hub);
    const kept = heldBy(hub);
    await second.settle();
    expect([...kept.keys()].filter((topic) => topic.includes('oven-2'))).toEqual([elsewhere]);
    for (const id of others) expect(kept.has(`homie/5/${id}/$description`), id).toBe(true);
    expect(kept.has(`${device}/properties/temperature`)).toBe(true);
  });
});

describe('another configuration', () => {
  const settings = { connection: 'house', instance: 'lab', base: 'bellcrank', commands: true };
  const status = 'bellcrank/lab/status';

  async function configured(...then: object[]) {
    const bench = await northbound({ ...ha, ...homie });
    const { service, clock, hub } = bench;
    const next = then.map((one) => ({ ...settings, ...one }));
    await Promise.all([service.configure(next, new Set()), clock.advance(2000)]);
    const kept = heldBy(hub);
    await bench.settle();
    return { ...bench, kept: (prefix: string) => [...kept.keys()].filter((topic) => topic.startsWith(prefix)) };
  }

  test('that tells nobody takes everything back', async () => {
    const { kept } = await configured();
    expect(kept('')).toEqual([]);
  });

  test('without a convention takes back what was told by it, and the other one goes on', async () => {
    const { kept, said, expectTold } = await configured(ha);
    expect(kept('homie/')).toEqual([]);
    expectTold(status, 'online');
    expect(said.filter(({ topic, payload }) => topic === config && payload === '')).toEqual([]);
  });

  test('with another name takes back what was told by the one before', async () => {
    const { kept } = await configured({ ...ha, ...homie, instance: 'shop' });
    expect([...kept('homie/5/bellcrank-lab'), ...kept('bellcrank/lab/')]).toEqual([]);
    expect(kept('homeassistant/')).toEqual(['homeassistant/device/bellcrank_shop/oven-1/config']);
  });

  test('with other topics of its own leaves none of the former', async () => {
    const { kept, json } = await configured({ ...ha, ...homie, base: 'shed' });
    expect(kept('bellcrank/')).toEqual([]);
    expect(JSON.stringify(json(config))).toContain('shed/lab/oven-1/properties/temperature');
  });

  test('with other scopes takes nothing back', async () => {
    const { said } = await configured({ ...ha, ...homie, scopes: ['stop'] });
    expect(said.filter(({ payload, topic }) => payload === '' && !topic.includes('/properties/'))).toEqual([]);
  });
});

describe('whether the service is there', () => {
  test('is said after all is told, so that nothing old is taken for what is now', async () => {
    const { said } = await northbound(ha);
    const topics = said.map(({ topic, payload }) => `${topic} ${payload}`);
    expect(topics[0]).toBe('bellcrank/lab/status starting');
    expect(topics.at(-1)).toBe('bellcrank/lab/status online');
  });

  test('the root of Homie is described after its children, and not ready before', async () => {
    const { said } = await northbound(homie);
    const topics = said.map(({ topic, payload }) => `${topic} ${topic.includes('$desc') ? '' : payload}`);
    expect(topics.slice(-3)).toEqual([`${root}/$state init`, `${root}/$description `, `${root}/$state ready`]);
    expect(topics.indexOf(`${device}/$state ready`)).toBeLessThan(topics.length - 3);
    expect(topics.filter((text) => text === `${root}/$state ready`)).toHaveLength(1);
  });

  test('a last will that comes late is answered', async () => {
    const { publish, clock, expectTold } = await northbound(ha);
    await publish('bellcrank/lab/status', 'offline', true);
    await clock.advance(1000);
    expectTold('bellcrank/lab/status', 'online');
  });

  test('a broker that tells nothing of what it kept is not waited for long', async () => {
    const hub = new MemoryHub();
    const connect = hub.connect.bind(hub);
    hub.connect = (label, will) => {
      const connection = connect(label, will);
      const subscribe = connection.subscribe.bind(connection);
      if (label === 'northbound') connection.subscribe = (filter) => subscribe(filter, () => {});
      return connection;
    };
    const { told, clock } = await northbound(ha, hub);
    expect(told.has(config)).toBe(false);
    await clock.advance(1000);
    expect(told.has(config)).toBe(true);
  });

  test('what becomes of a command is told also before everything else has been', async () => {
    const hub = new MemoryHub();
    const connect = hub.connect.bind(hub);
    hub.connect = (label, will) => {
      const connection = connect(label, will);
      const subscribe = connection.subscribe.bind(connection);
      if (label === 'northbound')
        connection.subscribe = (filter, hear) => subscribe(filter, filter.endsWith('/status') ? () => {} : hear);
      return connection;
    };
    const { told, publish, json, clock } = await northbound(ha, hub);
    expect(told.has(config)).toBe(false);
    await publish(`${base}/properties/setpoint/set`, '180');
    expect(json(`${base}/outcome`)).toMatchObject({ command: 'write:setpoint', outcome: 'succeeded' });
    await clock.advance(1000);
    expect(told.get(`${base}/properties/setpoint`)).toBe('180');
  });
});

describe('two services of one name', () => {
  const warning = 'another service tells its devices on this broker under the same name; give each its own `instance`';

  test.each([
    ['in Home Assistant', ha, 'bellcrank/lab/status'],
    ['in Homie', homie, `${root}/$state`],
    ['in both', { ...ha, ...homie }, `${root}/$state`],
  ])(
    '%s: the second takes back what it does not have; the first says so, and tells it again',
    async (_, how, topic) => {
      const hub = new MemoryHub();
      const first = await northbound(how, hub);
      first.add('oven-2');
      await first.settle();
      const second = await northbound(how, hub);
      const [config2, state2] = [config.replace('-1', '-2'), `${device.replace('-1', '-2')}/$state`];
      const taken = [first.told.get(config2) ?? '', first.told.get(state2) ?? ''];
      expect(taken).toEqual(['', '']);
      await first.clock.advance(3000);
      expect(first.warned).toEqual([`${warning}: ${topic}`]);
      expect([first.told.get(config2) ?? '', first.told.get(state2) ?? '']).not.toEqual(['', '']);
      await second.clock.advance(3000);
      expect(second.warned).toEqual([]);
    },
  );

  test('whenever the other one starts, it is told again, and said once', async () => {
    const hub = new MemoryHub();
    const first = await northbound(ha, hub);
    first.add('oven-2');
    await first.settle();
    const config2 = config.replace('-1', '-2');
    for (const _ of ['once', 'and once more']) {
      const other = await northbound(ha, hub);
      expect(first.told.get(config2)).toBe('');
      await first.clock.advance(5000);
      expect(first.told.get(config2)).toContain('sensor_temperature');
      await Promise.all([other.service.close(), other.clock.advance(1000)]);
      // As its connection answers the goodbye of the other one.
      await first.publish('bellcrank/lab/status', 'starting', true);
      await first.clock.advance(5000);
    }
    expect(first.warned).toEqual([`${warning}: bellcrank/lab/status`]);
  });

  test('in Homie: where the second goes, in order or with another name, the first is still there', async () => {
    const hub = new MemoryHub();
    const first = await northbound(homie, hub);
    const second = await northbound(homie, hub);
    const settings = { connection: 'house', instance: 'shop', base: 'bellcrank', commands: true, ...homie };
    await Promise.all([second.service.configure([settings], new Set()), second.clock.advance(1000)]);
    await first.clock.advance(1000);
    first.expectTold(`${root}/$state`, 'ready');
    expect(first.json(`${root}/$description`)).toHaveProperty('children');
    const third = await northbound(homie, hub);
    await Promise.all([third.service.close(), third.clock.advance(1000)]);
    first.expectTold(`${root}/$state`, 'disconnected');
    await first.clock.advance(1000);
    first.expectTold(`${root}/$state`, 'ready');
  });

  test('what a service says itself is nobody else’s, whatever happens', async () => {
    const { add, clock, publish, registry, warned, cut } = await northbound({ ...ha, ...homie });
    add('oven-2');
    await clock.advance(2000);
    await publish(`${root}/$state`, 'lost', true);
    // As its connection answers that.
    await publish(`${root}/$state`, 'init', true);
    await clock.advance(2000);
    await Promise.all([registry.remove('oven-2', gone), clock.advance(2000)]);
    cut();
    await clock.advance(30_000);
    expect(warned.filter((text) => text.startsWith(warning))).toEqual([]);
  });
});

test('many devices that come at once are one change of their parent', async () => {
  const { add, said, settle, json } = await northbound(homie);
  said.length = 0;
  for (let index = 0; index < 50; index++) add(`many-${index}`);
  await settle();
  expect((json(`${root}/$description`)['children'] as unknown[]).length).toBe(51);
  expect(said.filter(({ topic }) => topic === `${root}/$description`).length).toBeLessThan(3);
});

test('a topic that the broker forbids is one line in the log, and the rest works', async () => {
  const hub = new MemoryHub();
  const connect = hub.connect.bind(hub);
  hub.connect = (label, will) => {
    const connection = connect(label, will);
    const { subscribe, publish } = connection;
    if (label !== 'northbound') return connection;
    connection.subscribe = (filter, hear) =>
      filter.endsWith('/config') || filter.includes('commands')
        ? Promise.reject(new Error('not authorized'))
        : subscribe.call(connection, filter, hear);
    connection.publish = (topic, payload, options, signal) =>
      topic.startsWith('homeassistant/')
        ? Promise.reject(new Error('not authorized'))
        : publish.call(connection, topic, payload, options, signal);
    return connection;
  };
  const { oven, publish, expectTold, registry, settle, warned } = await northbound(ha, hub);
  registry.get('oven-1').labels = { name: 'told once more' };
  await settle();
  await publish(`${base}/properties/setpoint/set`, '180');
  expect(oven.done).toEqual(['setpoint=180']);
  expectTold(`${base}/properties/setpoint`, '180');
  expect(warned).toEqual([
    'the broker does not let this be heard northbound: bellcrank/lab/+/commands/+/set',
    'the broker does not let this be heard northbound: homeassistant/device/bellcrank_lab/+/config',
    `the broker does not take what is told northbound: ${config}`,
  ]);
});
