import { expect, test } from 'vitest';
import { announcer } from '../../test/support/home-assistant.ts';
import { filledJson, markedJson } from './announced/marks.ts';
import { Inventory } from './announced/inventory.ts';
import type { Plan } from './plan/plan.ts';

const relay = (name: string, more: object = {}) => ({
  dev: { ids: [name], name, mf: 'Acme', mdl: 'R1' },
  o: { name: 'acme' },
  avty_t: `acme/${name}/status`,
  cmps: {
    relay: {
      p: 'switch',
      name: 'Relay',
      uniq_id: `${name}-relay`,
      cmd_t: `acme/${name}/set`,
      stat_t: `acme/${name}/state`,
      ...more,
    },
  },
});

/** The plans of devices, and whether they are one. */
async function plansOf(announcements: Readonly<Record<string, object>>): Promise<readonly Plan[]> {
  const it = await announcer();
  for (const [topic, payload] of Object.entries(announcements)) await it.announce(topic, payload);
  const inventory = it.shared.get(`home-assistant/inventory/homeassistant`, (connection, upkeep) => {
    return new Inventory(connection, 'homeassistant', upkeep);
  });
  await it.calm();
  const models = new Map<string, Plan['model']>();
  const intern = (model: Plan['model']): Plan['model'] => {
    const text = JSON.stringify(model);
    models.set(text, models.get(text) ?? model);
    return models.get(text) ?? model;
  };
  return [...inventory.all].map(
    (record) => inventory.plans.of(record, { replyTimeoutMs: 1000 }, intern, () => undefined).plan,
  );
}

test('they have one plan', async () => {
  const [one, other] = await plansOf({ 'device/r1234': relay('r1234'), 'device/r5678': relay('r5678') });
  expect(one).toBeDefined();
  expect(one).toBe(other);
});

test('so do those that announce each part on a topic of its own, and whose address is not their name', async () => {
  const part = (address: string, name: string, what: string) => ({
    dev: { ids: [`acme_${address}`], name, mf: 'Acme' },
    uniq_id: `${address}_${what}_acme`,
    name: what,
    stat_t: `acme/${name}`,
    val_tpl: `{{ value_json.${what} }}`,
    unit_of_meas: '%',
  });
  const all = ['battery', 'humidity'].flatMap((what) => [
    [`sensor/0x0001/${what}`, part('0x0001', 'Cellar west', what)],
    [`sensor/0x0002/${what}`, part('0x0002', 'Attic', what)],
  ]);
  const [one, other] = await plansOf(Object.fromEntries(all) as Record<string, object>);
  expect([one, other].map((plan) => [...(plan?.properties.keys() ?? [])])).toEqual(
    Array.from({ length: 2 }, () => ['battery', 'humidity']),
  );
  expect(one).toBe(other);
});

test.each([
  ['a payload of it', (name: string) => ({ pl_on: `on ${name}` })],
  ['a template of it', (name: string) => ({ val_tpl: `{{ value_json['${name}'] }}` })],
  ['what people read', (name: string) => ({ name: `Relay of ${name}` })],
  ['other topics', (name: string) => ({ stat_t: name === 'r1234' ? 'acme/all' : `acme/${name}/state` })],
])('not one that says its own name in %s', async (_what, more) => {
  const [one, other] = await plansOf({
    'device/r1234': relay('r1234', more('r1234')),
    'device/r5678': relay('r5678', more('r5678')),
  });
  expect(one).toBeDefined();
  expect(one).not.toBe(other);
});

test('each hears and is sent its own', async () => {
  const it = await announcer();
  await it.announce('device/r1234', relay('r1234'));
  await it.announce('device/r5678', relay('r5678'));
  const [one, other] = [await it.attach('r1234'), await it.attach('r5678')];
  it.sent();
  const on = other.call();
  const outcome = other.write('relay', true, on);
  await it.say('acme/r1234/state', 'ON');
  expect(on.confirmed).toEqual([]);
  await it.say('acme/r5678/state', 'ON');
  await outcome;
  expect(on.confirmed).toEqual([{ level: 'confirmed', evidence: { topic: 'acme/r5678/state', payload: 'ON' } }]);
  expect(it.sent()).toEqual([['acme/r5678/set', 'ON']]);
  await it.say('acme/r1234/status', 'offline');
  expect([one.told.available, other.told.available]).toEqual([false, true]);
  await it.say('acme/r5678/state', 'OFF');
  expect([one.told.value('relay'), other.told.value('relay')]).toEqual([true, false]);
});

test('one whose words stand in each other, or in what all say, hears what is its own', async () => {
  const it = await announcer();
  const odd = {
    dev: { ids: ['state', 'statestate'], name: 'set' },
    o: { name: 'acme' },
    cmps: { relay: { p: 'switch', name: 'Relay', cmd_t: 'statestate/set', stat_t: 'set/statestate/state' } },
  };
  await it.announce('device/state', odd);
  const { told, write, call } = await it.attach('state');
  const on = call();
  const outcome = write('relay', true, on);
  await it.say('set/statestate/state', 'ON');
  await outcome;
  expect([told.value('relay'), on.published[0]?.topic]).toEqual([true, 'statestate/set']);
});

test.each([
  ['{"a":"Wörter"}', ['Wörter']],
  ['{"a":"say \\"x\\"","b":"say"}', ['say "x"', 'say']],
  ['{"a":"aaa"}', ['aa', 'a']],
  ['{"a":"\\\\u0001"}', ['u0001']],
  ['{"a":"b"}', ['000', 'u00']],
])('JSON comes out as it went in: %s', (json, words) => {
  const bytes = Buffer.from(json).toString('latin1');
  const text = markedJson(bytes, words);
  expect(text === undefined ? bytes : filledJson(text, words)).toBe(bytes);
});
