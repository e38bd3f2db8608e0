import { expect, test } from 'vitest';
import { northbound } from './bench.ts';

const ha = { homeAssistant: { discoveryPrefix: 'homeassistant' } };
const configOf = (id: string): string => `homeassistant/device/bellcrank_lab/${id}/config`;
const config = configOf('oven-1');
const base = 'bellcrank/lab/oven-1';

test('a device is described in one retained message, with the right controls and units', async () => {
  const { json, hub } = await northbound(ha);
  expect(json(config)).toEqual({
    dev: { ids: ['bellcrank_lab_oven-1'], name: 'oven-1', mf: 'Bellcrank', mdl: 'oven' },
    o: { name: 'bellcrank', sw: '1.2.3' },
    availability: [
      { topic: 'bellcrank/lab/status', value_template: "{{ 'online' if value == 'online' else 'offline' }}" },
      { topic: `${base}/availability` },
    ],
    availability_mode: 'all',
    cmps: {
      sensor_temperature: {
        p: 'sensor',
        state_topic: `${base}/properties/temperature`,
        unit_of_measurement: '°C',
        device_class: 'temperature',
        state_class: 'measurement',
        name: 'Temperature',
        unique_id: 'bellcrank_lab_oven-1_temperature',
      },
      number_setpoint: expect.objectContaining({ p: 'number', min: 0, max: 250, step: 0.5, unit_of_measurement: '°C' }),
      switch_heating: expect.objectContaining({ p: 'switch', payload_on: 'true', state_off: 'false', retain: false }),
      select_mode: expect.objectContaining({ p: 'select', options: ['bake', 'grill'] }),
      text_note: expect.objectContaining({ p: 'text', max: 20, command_topic: `${base}/properties/note/set` }),
      binary_sensor_door: expect.objectContaining({ p: 'binary_sensor', payload_on: 'true', payload_off: 'false' }),
      sensor_zones: expect.objectContaining({ p: 'sensor', entity_category: 'diagnostic' }),
      button_command_beep: expect.objectContaining({ p: 'button', command_topic: `${base}/commands/beep/set` }),
      'number_command_turn-by': expect.objectContaining({ p: 'number', min: -90, max: 90, step: 1 }),
      binary_sensor_is_stopped: expect.objectContaining({ p: 'binary_sensor', state_topic: `${base}/stopped` }),
      button_stop_now: expect.objectContaining({ p: 'button', command_topic: `${base}/stop/set` }),
      event_all_events: expect.objectContaining({ p: 'event', event_types: ['done'] }),
      sensor_last_command: expect.objectContaining({ p: 'sensor', entity_category: 'diagnostic' }),
    },
  });
  const late: string[] = [];
  await hub.connect().subscribe(config, ({ retained }) => void (retained && late.push('retained')));
  await Promise.resolve();
  expect(late).toEqual(['retained']);
});

test('what it says is told as it comes, and what is not known is unknown', async () => {
  const { expectTold, oven, settle } = await northbound(ha);
  expectTold('bellcrank/lab/status', 'online');
  expectTold(`${base}/availability`, 'online');
  expectTold(`${base}/properties/temperature`, '20');
  expectTold(`${base}/properties/heating`, 'false');
  expectTold(`${base}/properties/zones`, '[1,2]');
  oven.context?.report('temperature', 21.5);
  oven.context?.lost('door', 'its switch is broken');
  await settle();
  expectTold(`${base}/properties/temperature`, '21.5');
  expectTold(`${base}/properties/door`, 'None');
  oven.context?.emit('done', { minutes: 12 });
  await settle();
  expectTold(`${base}/event`, '{"minutes":12,"event_type":"done"}');
});

test('what a device told before it was away is not known until it tells it again', async () => {
  const { expectTold, oven, settle, said } = await northbound(ha);
  oven.context?.availability(false, 'it is away');
  await settle();
  said.length = 0;
  oven.context?.availability(true, 'it is back');
  await settle();
  const ofTemperature = said.filter(({ topic }) => topic === `${base}/properties/temperature`);
  // The oven is attached anew, and tells all again.
  expect(ofTemperature.map(({ payload }) => payload)).toEqual(['None', '20']);
  // Before the device is said to be there, so that nobody takes what it told for what it has.
  const topics = said.map(({ topic }) => topic);
  expect(topics.indexOf(`${base}/properties/temperature`)).toBeLessThan(topics.indexOf(`${base}/availability`));
  expectTold(`${base}/availability`, 'online');
});

test('a device that is brought back into step in between has what it had', async () => {
  const { oven, settle, said } = await northbound(ha);
  oven.resync = async () => {};
  oven.context?.availability(true, 'it has started afresh');
  await settle();
  said.length = 0;
  oven.context?.availability(true, 'it has started afresh once more');
  oven.context?.report('temperature', 20);
  await settle();
  expect(said.filter(({ topic }) => topic.startsWith(`${base}/properties/`))).toEqual([]);
});

test('a value that is told again and again is published once, and once more when it is back', async () => {
  const { said, oven, settle } = await northbound(ha);
  said.length = 0;
  for (const value of [20, 21, 21, 20, 20]) {
    oven.context?.report('temperature', value);
    await settle();
  }
  expect(said.map(({ payload }) => payload)).toEqual(['21', '20']);
});

test('commands go through the pipeline, and what became of them is told', async () => {
  const { publish, oven, expectTold, json, control } = await northbound(ha);
  await publish(`${base}/properties/setpoint/set`, '180');
  await publish(`${base}/properties/heating/set`, 'true');
  await publish(`${base}/properties/mode/set`, 'grill');
  await publish(`${base}/commands/beep/set`, 'PRESS');
  await publish(`${base}/commands/turn-by/set`, '45');
  expect(oven.done).toEqual(['setpoint=180', 'heating=true', 'mode=grill', 'beep', 'turn-by=45']);
  expectTold(`${base}/properties/setpoint`, '180');
  expect(json(`${base}/outcome`)).toMatchObject({
    command: 'turn-by',
    outcome: 'succeeded',
    confirmation: 'confirmed',
  });
  const { commandId } = json(`${base}/outcome`);
  expect(control.pipeline.underWay(String(commandId))).toBeUndefined();
});

test.each([
  ['what is no number', 'properties/setpoint/set', 'warm', '"warm" is not a number'],
  ['what is out of range', 'properties/setpoint/set', '251', '/value must be <= 250'],
  ['what is no option', 'properties/mode/set', 'fry', '/value must be one of "bake", "grill"'],
  ['what is neither', 'properties/heating/set', 'ON', '"ON" is not a boolean'],
])('%s is refused, and the refusal is told', async (_, topic, payload, detail) => {
  const { publish, oven, json } = await northbound(ha);
  await publish(`${base}/${topic}`, payload);
  expect(oven.done).toEqual([]);
  expect(json(`${base}/outcome`)).toMatchObject({ outcome: 'not-sent', code: 'invalid-request', detail });
});

test('a refusal of the device itself is told in its words', async () => {
  const { publish, json } = await northbound(ha);
  await publish(`${base}/properties/setpoint/set`, '13');
  expect(json(`${base}/outcome`)).toMatchObject({ outcome: 'refused', code: 'device-refused', detail: 'not 13' });
});

test('a stop is sent, latches, and commands are refused until it is released', async () => {
  const { publish, oven, expectTold, json, control, settle } = await northbound(ha);
  await publish(`${base}/stop/set`, 'STOP');
  expect(oven.done).toEqual(['stop']);
  expectTold(`${base}/stopped`, 'true');
  await publish(`${base}/properties/setpoint/set`, '100');
  expect(oven.done).toEqual(['stop']);
  expect(json(`${base}/outcome`)).toMatchObject({ outcome: 'not-sent', code: 'stopped' });
  await control.stops.release('oven-1', 'test');
  await settle();
  expectTold(`${base}/stopped`, 'false');
});

test('an empty payload, which clears what a broker keeps, presses nothing; another word is refused', async () => {
  const { publish, oven, told, json } = await northbound(ha);
  await publish(`${base}/commands/beep/set`, '', true);
  expect(told.has(`${base}/outcome`)).toBe(false);
  await publish(`${base}/commands/beep/set`, 'ON');
  expect(json(`${base}/outcome`)).toMatchObject({ command: 'beep', outcome: 'not-sent', detail: '"ON" is not PRESS' });
  expect(oven.done).toEqual([]);
});

test('the record says who asked', async () => {
  const { publish, ended, json } = await northbound(ha);
  await publish(`${base}/commands/beep/set`, 'PRESS');
  expect(ended).toMatchObject([{ by: 'mqtt:house', command: 'beep', id: json(`${base}/outcome`)['commandId'] }]);
});

test('a command that the broker had kept is nobody’s', async () => {
  const first = await northbound(ha);
  await first.publish(`${base}/properties/setpoint/set`, '200', true);
  expect(first.oven.done).toEqual(['setpoint=200']);
  // Whoever connects now hears it as retained.
  const second = await northbound(ha, first.hub);
  expect(second.oven.done).toEqual([]);
});

test.each([
  ['an unknown device', 'bellcrank/lab/nobody/properties/setpoint/set'],
  ['a property that cannot be set', `${base}/properties/temperature/set`],
  ['a property of a prototype', `${base}/properties/constructor/set`],
  ['a command of two values', `${base}/commands/program/set`],
])('%s: nothing happens', async (_, topic) => {
  const { publish, oven, said } = await northbound(ha);
  const before = said.length;
  await publish(topic, '1');
  expect(oven.done).toEqual([]);
  expect(said).toHaveLength(before + 1);
});

test('without commands there is nothing to set, and nothing is taken', async () => {
  const { json, publish, oven } = await northbound({ ...ha, commands: false });
  const text = JSON.stringify(json(config));
  expect(text).not.toContain('command_topic');
  await publish(`${base}/properties/setpoint/set`, '180');
  expect(oven.done).toEqual([]);
});

test('scopes narrow what is announced and what is taken, and say no to the rest', async () => {
  const { json, publish, oven, said } = await northbound({
    ...ha,
    scopes: ['command:oven-1:write:setpoint', 'command:oven-1:b*'],
  });
  const text = JSON.stringify(json(config));
  const commands = [...text.matchAll(/"command_topic":"[^"]*\/([a-z-]+\/[a-z-]+)\/set"/g)].map(
    ([, topic = '']) => topic,
  );
  expect(commands.toSorted()).toEqual(['commands/beep', 'properties/setpoint']);
  expect(text).not.toContain('stop_now');
  expect(text).toContain('is_stopped');
  for (const topic of ['properties/heating/set', 'commands/turn-by/set', 'stop/set']) {
    await publish(`${base}/${topic}`, topic.startsWith('properties') ? 'true' : '45');
    const outcome: unknown = JSON.parse(said.at(-1)?.payload ?? '{}');
    expect([topic, outcome]).toEqual([topic, expect.objectContaining({ outcome: 'not-sent', code: 'forbidden' })]);
  }
  expect(oven.done).toEqual([]);
  await publish(`${base}/commands/beep/set`, 'PRESS');
  expect(oven.done).toHaveLength(1);
});

test('a device that goes is unavailable, and available when it is back', async () => {
  const { oven, expectTold, settle } = await northbound(ha);
  oven.context?.availability(false, 'it is away');
  await settle();
  expectTold(`${base}/availability`, 'offline');
});

test('the last will says that the service is gone, and a fresh connection tells everything anew', async () => {
  const { cut, expectTold, told, clock, oven, settle } = await northbound(ha);
  cut();
  await settle();
  expectTold('bellcrank/lab/status', 'offline');
  told.clear();
  oven.context?.report('temperature', 99);
  await clock.advance(5000);
  expectTold('bellcrank/lab/status', 'online');
  expectTold(`${base}/properties/temperature`, '99');
  expect(told.has(config)).toBe(true);
});

test('Home Assistant that has just started hears everything again, after a while', async () => {
  const { told, publish, clock } = await northbound(ha);
  told.clear();
  await publish('homeassistant/status', 'online');
  expect(told.has(config)).toBe(false);
  await clock.advance(3000);
  expect(told.has(config)).toBe(true);
});

test('devices that are added are told, and those that are removed are taken back, also after a time without a broker', async () => {
  const { add, told, registry, settle, clock, hub, cut } = await northbound(ha);
  add('oven-2');
  await settle();
  expect(told.has(configOf('oven-2'))).toBe(true);
  const gone = { name: 'x', code: 'device-offline' } as never;
  await Promise.all([registry.remove('oven-2', gone), clock.advance(2000)]);
  expect(told.get(configOf('oven-2'))).toBe('');
  cut();
  await Promise.all([registry.remove('oven-1', gone), clock.advance(5000)]);
  expect(told.get(config)).toBe('');
  const late: string[] = [];
  await hub.connect().subscribe('homeassistant/#', ({ topic }) => void late.push(topic));
  await settle();
  expect(late).toEqual([]);
});

test('only what is selected is told', async () => {
  const { add, told, settle, publish, oven } = await northbound({ ...ha, devices: ['other-*'] });
  expect([...told.keys()]).toEqual(['bellcrank/lab/status']);
  add('other-1');
  await settle();
  expect(told.has(configOf('other-1'))).toBe(true);
  await publish(`${base}/properties/setpoint/set`, '180');
  expect(oven.done).toEqual([]);
});
