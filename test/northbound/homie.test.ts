import { expect, test } from 'vitest';
import { northbound } from './bench.ts';

const homie = { homie: { domain: 'homie' } };
const device = 'homie/5/bellcrank-lab-oven-1';

test('scopes narrow what is described and what is taken', async () => {
  const { json, publish, oven } = await northbound({ ...homie, scopes: ['stop', 'command:other'] });
  const { nodes } = json(`${device}/$description`) as { nodes: { commands: { properties: object } } };
  expect(Object.keys(nodes.commands.properties)).toEqual(['stop']);
  expect(JSON.stringify(nodes).match(/"settable":true/g)).toHaveLength(1);
  await publish(`${device}/properties/setpoint/set`, '180');
  await publish(`${device}/commands/beep/set`, 'run');
  expect(oven.done).toEqual([]);
  await publish(`${device}/commands/stop/set`, 'run');
  expect(oven.done).toHaveLength(1);
});

test('a device is a child of the service, described with types, ranges and units', async () => {
  const { json, expectTold } = await northbound(homie);
  expectTold('homie/5/bellcrank-lab/$state', 'ready');
  expect(json('homie/5/bellcrank-lab/$description')).toMatchObject({
    homie: '5.0',
    children: ['bellcrank-lab-oven-1'],
  });
  expectTold(`${device}/$state`, 'ready');
  expect(json(`${device}/$description`)).toEqual({
    homie: '5.0',
    version: expect.any(Number),
    name: 'oven-1',
    root: 'bellcrank-lab',
    parent: 'bellcrank-lab',
    extensions: ['org.bellcrank.northbound:1.0.0:[5.x]'],
    nodes: {
      properties: {
        name: 'Properties',
        properties: {
          temperature: { name: 'Temperature', datatype: 'float', unit: '°C' },
          setpoint: { name: 'Setpoint', datatype: 'float', format: '0:250:0.5', unit: '°C', settable: true },
          heating: { name: 'Heating', datatype: 'boolean', settable: true },
          mode: { name: 'Mode', datatype: 'enum', format: 'bake,grill', settable: true },
          note: { name: 'Note', datatype: 'string', settable: true },
          door: { name: 'Door', datatype: 'boolean' },
          zones: { name: 'Zones', datatype: 'json', format: expect.stringContaining('"array"') },
        },
      },
      commands: {
        name: 'Commands',
        properties: {
          beep: { name: 'Beep', datatype: 'enum', format: 'run', settable: true, retained: false },
          'turn-by': {
            name: 'Turn by',
            datatype: 'integer',
            format: '-90:90',
            unit: '°',
            settable: true,
            retained: false,
          },
          stop: { name: 'Stop', datatype: 'enum', format: 'run', settable: true, retained: false },
        },
      },
    },
  });
});

test('it is described before it is ready, and its values are there by then', async () => {
  const { said } = await northbound(homie);
  const topics = said
    .filter(({ topic }) => topic.startsWith(`${device}/`))
    .map(({ topic, payload }) => `${topic} ${payload}`);
  expect(topics[0]).toBe(`${device}/$state init`);
  expect(topics[1]).toContain('$description');
  expect(topics.at(-1)).toBe(`${device}/$state ready`);
  expect(topics).toContain(`${device}/properties/temperature 20`);
  expect(topics).toContain(`${device}/properties/note \0`);
});

test('a value that was taken is told again, also where it is no news', async () => {
  const { publish, oven, expectTold, said } = await northbound(homie);
  await publish(`${device}/properties/setpoint/set`, '180.50');
  expect(oven.done).toEqual(['setpoint=180.5']);
  expectTold(`${device}/properties/setpoint`, '180.5');
  said.length = 0;
  await publish(`${device}/properties/setpoint/set`, '180.5');
  expect(said).toContainEqual({ topic: `${device}/properties/setpoint`, payload: '180.5', retained: false });
  await publish(`${device}/properties/note/set`, '\0');
  expect(oven.done.at(-1)).toBe('note=');
  await publish(`${device}/commands/beep/set`, 'run');
  await publish(`${device}/commands/stop/set`, 'run');
  expect(oven.done.slice(-2)).toEqual(['beep', 'stop']);
});

test.each([
  ['properties/setpoint/set', '300', 'write:setpoint not-sent: invalid-request'],
  ['properties/setpoint/set', '13', 'write:setpoint refused: device-refused: not 13'],
  ['properties/heating/set', '1', 'write:heating not-sent: invalid-request'],
  ['commands/beep/set', 'RUN', 'beep not-sent: invalid-request'],
  ['commands/stop/set', 'true', 'stop not-sent: invalid-request'],
])('a refusal of %s %s stands in its log', async (topic, payload, text) => {
  const { publish, told } = await northbound(homie);
  await publish(`${device}/${topic}`, payload);
  expect(told.get(`${device}/$log/warn`)).toContain(text);
});

test('an empty payload, which clears what a broker keeps, asks for nothing', async () => {
  const { publish, oven, told } = await northbound(homie);
  await publish(`${device}/commands/beep/set`, '', true);
  await publish(`${device}/commands/stop/set`, '', true);
  expect(oven.done).toEqual([]);
  expect(told.has(`${device}/$log/warn`)).toBe(false);
});

test('a device that is away is disconnected, and the service that is cut off is lost', async () => {
  const { oven, settle, expectTold, cut } = await northbound(homie);
  oven.context?.availability(false, 'it is away');
  await settle();
  expectTold(`${device}/$state`, 'disconnected');
  cut();
  await settle();
  expectTold('homie/5/bellcrank-lab/$state', 'lost');
});

test('a device that is removed leaves nothing', async () => {
  const { registry, clock, told, json } = await northbound(homie);
  await Promise.all([registry.remove('oven-1', { name: 'x', code: 'device-offline' } as never), clock.advance(2000)]);
  expect(told.get(`${device}/$state`)).toBe('');
  expect(told.get(`${device}/$description`)).toBe('');
  expect(json('homie/5/bellcrank-lab/$description')).toMatchObject({ children: [] });
});

test('with both conventions Home Assistant looks at the state of the Homie root', async () => {
  const { json } = await northbound({ ...homie, homeAssistant: { discoveryPrefix: 'homeassistant' } });
  expect(json('homeassistant/device/bellcrank_lab/oven-1/config')['availability']).toEqual([
    {
      topic: 'homie/5/bellcrank-lab/$state',
      value_template: "{{ 'online' if value == 'ready' else 'offline' }}",
    },
    { topic: 'bellcrank/lab/oven-1/availability' },
  ]);
});
