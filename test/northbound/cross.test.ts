import { describe, expect, test } from 'vitest';
import { northbound } from './bench.ts';
import { neighbour } from './neighbour.ts';

// What is told is read by the drivers for those conventions, which others wrote from the same documents.
const both = { homeAssistant: { discoveryPrefix: 'homeassistant' }, homie: { domain: 'homie' } };

const ways = [
  {
    driver: 'home-assistant',
    device: 'bellcrank_lab_oven-1',
    named: (name: string): string => name,
    // A payload of nothing is not kept by a broker.
    note: null,
    unknown: { quality: 'bad' },
  },
  {
    driver: 'homie',
    device: 'bellcrank-lab-oven-1',
    named: (name: string): string => `properties-${name}`,
    note: '',
    unknown: { quality: 'good', value: false },
  },
] as const;

describe.each(ways)('$driver', ({ driver, device, named, note, unknown }) => {
  async function pair() {
    const bench = await northbound(both);
    const other = await neighbour(bench.hub, bench.clock);
    const oven = await other.add(driver, device);
    return { bench, other, copy: oven };
  }

  test('has every property with its type, unit, limits and value', async () => {
    const { bench, other, copy } = await pair();
    expect(copy.state).toBe('ready');
    const { properties } = copy.model;
    expect(properties[named('temperature')]).toMatchObject({ access: 'read', schema: { type: 'number', unit: '°C' } });
    const setpoint = properties[named('setpoint')];
    expect(setpoint).toMatchObject({ access: 'read-write', schema: { type: 'number', unit: '°C' } });
    const limits = setpoint?.access === 'read-write' ? (setpoint.write.schema ?? setpoint.schema) : {};
    expect(limits).toMatchObject({ minimum: 0, maximum: 250 });
    expect(properties[named('heating')]).toMatchObject({ access: 'read-write', schema: { type: 'boolean' } });
    expect(properties[named('mode')]).toMatchObject({ access: 'read-write', schema: { enum: ['bake', 'grill'] } });
    expect(properties[named('note')]).toMatchObject({ access: 'read-write', schema: { type: 'string' } });
    expect(properties[named('door')]).toMatchObject({ access: 'read', schema: { type: 'boolean' } });
    bench.oven.context?.report('temperature', 21.5);
    await other.settle();
    const values = ['temperature', 'setpoint', 'heating', 'mode', 'note', 'door'].map((name) =>
      copy.reading(named(name)),
    );
    expect(values.map(({ value }) => value)).toEqual([21.5, 20, false, 'bake', note, false]);
  });

  test.each([
    ['setpoint', 180.5],
    ['setpoint', 20],
    ['heating', true],
    ['mode', 'grill'],
    ['note', 'hot'],
    ['note', ''],
  ])('sets %s to %j, and hears that it is', async (name, value) => {
    const { bench, other } = await pair();
    const record = await other.run(`write:${named(name)}`, { value });
    expect(record).toMatchObject({ outcome: 'succeeded', confirmation: 'confirmed' });
    expect(bench.oven.done).toEqual([`${name}=${String(value)}`]);
  });

  test('does not hear of a refusal, and does not know', async () => {
    const { bench, other, copy } = await pair();
    const record = await other.run(`write:${named('setpoint')}`, { value: 13 });
    expect(record).toMatchObject({ outcome: 'unknown', error: { code: 'device-timeout' } });
    expect(bench.oven.done).toEqual([]);
    expect(copy.reading(named('setpoint')).value).toBe(20);
    await expect(other.run(`write:${named('setpoint')}`, { value: 251 })).rejects.toThrow('/value must be <= 250');
  });

  test('sees it go and come, and the whole service', async () => {
    const { bench, other, copy } = await pair();
    bench.oven.context?.availability(false, 'it is away');
    await bench.settle();
    expect(copy.state).toBe('offline');
    bench.oven.context?.availability(true, 'it is back');
    await other.settle();
    expect(copy.state).toBe('ready');
    bench.cut();
    await bench.settle();
    expect(copy.state).toBe('offline');
    await other.settle();
    await other.settle();
    expect(copy.state).toBe('ready');
  });

  test('sees that a value is not known, as far as its convention can say so', async () => {
    const { bench, copy } = await pair();
    bench.oven.context?.lost('door', 'its switch is broken');
    await bench.settle();
    expect(copy.reading(named('door'))).toMatchObject(unknown);
  });

  test('has the model that the device has by now', async () => {
    const { bench, copy, other } = await pair();
    const { model } = bench.registry.get('oven-1');
    const { mode: _, ...properties } = model.properties;
    bench.oven.context?.remodel({ ...model, properties });
    await other.settle();
    expect(Object.keys(copy.model.properties)).not.toContain(named('mode'));
    expect(copy.state).toBe('ready');
    expect(copy.reading(named('temperature')).value).toBeDefined();
  });
});

test('none of it is offered to a Bellcrank that looks for devices', async () => {
  const { hub, clock, settle } = await northbound(both);
  const { homeAssistant } = await import('../../drivers/home-assistant/driver.ts');
  const { homie } = await import('../../drivers/homie/driver.ts');
  const { sharedOn } = await import('../support/message-call.ts');
  const { silentLog: log } = await import('../support/rig.ts');
  const found: string[] = [];
  for (const [driver, options] of [
    [homeAssistant, { prefix: 'homeassistant' }],
    [homie, {}],
  ] as const) {
    const connection = hub.connect();
    const shared = sharedOn(connection, clock);
    const { signal } = new AbortController();
    const discovery = { found: ({ identity }: { identity: string }) => void found.push(identity), gone: () => {} };
    const searching = driver.discover?.(connection, discovery, { options, log, clock, signal, shared });
    await clock.advance(1000);
    await searching;
  }
  await settle();
  expect(found).toEqual([]);
});
