import { expect, test } from 'vitest';
import { load, problemsOf } from './fixture.ts';

const connections = `connections:
  house: { mqtt: { url: mqtt://broker.local } }
  line: { serial: { path: /dev/ttyUSB0 } }
northbound:
`;
const entry = (...lines: string[]): string => `${connections}  - ${lines.join('\n    ')}\n`;
const problems = async (...lines: string[]): Promise<string[]> =>
  (await problemsOf(entry(...lines))).map((line) => line.replace('lab.yaml:', ''));

test('an entry is built as plain data, with its defaults', async () => {
  expect(await load(entry('connection: house', 'home-assistant: {}'))).toMatchObject({
    ok: true,
    config: {
      northbound: [
        {
          connection: 'house',
          homeAssistant: { discoveryPrefix: 'homeassistant' },
          instance: 'main',
          base: 'bellcrank',
          commands: true,
        },
      ],
    },
  });
  expect(await load('devices: {}')).toMatchObject({ ok: true, config: { northbound: [] } });
});

test.each([
  ['no connection', ['home-assistant: {}'], ['5:5: northbound[0].connection: is required']],
  [
    'an unknown connection',
    ['connection: hous', 'homie: {}'],
    ['5:17: northbound[0].connection: names no connection; did you mean "house"?'],
  ],
  [
    'a connection that is no broker',
    ['connection: line', 'homie: {}'],
    ['5:17: northbound[0].connection: line is no connection to a broker: it needs mqtt, or a simulator via mqtt'],
  ],
  [
    'nothing to publish',
    ['connection: house'],
    ['5:5: northbound[0]: publishes nothing: say home-assistant: {}, homie: {}, or both'],
  ],
  [
    // `lab-a` and a device `a-…` of `lab` would have the same name in Homie.
    'a hyphen in the instance',
    ['connection: house', 'homie: {}', 'instance: lab-a'],
    [expect.stringContaining('7:15: northbound[0].instance: must match')],
  ],
  [
    'a scope that cannot be read',
    ['connection: house', 'homie: {}', 'scopes: [commands]'],
    [expect.stringContaining('northbound[0].scopes[0]: the scope "commands" cannot be read')],
  ],
  [
    'a scope of what nobody asks for over a broker',
    ['connection: house', 'homie: {}', 'scopes: [stop, "read:psu-*"]'],
    [
      '7:20: northbound[0].scopes[1]: lets nobody do anything: only command and stop are asked for over a broker, not read',
    ],
  ],
  [
    'scopes of who is not heard',
    ['connection: house', 'homie: {}', 'commands: false', 'scopes: [stop]'],
    ['8:13: northbound[0].scopes: has no effect, since commands is false; leave one of them out'],
  ],
  [
    'a wildcard in the base',
    ['connection: house', 'homie: {}', 'base: a/+/b'],
    [expect.stringContaining('7:11: northbound[0].base: must be levels of a topic')],
  ],
])('%s is a problem', async (_, lines, expected) => {
  expect(await problems(...lines)).toEqual(expected);
});

test('two of one name on one broker would throw each other out', async () => {
  const text = entry('connection: house', 'homie: {}').concat('  - connection: house\n    homie: {}\n');
  expect(await problemsOf(text)).toEqual([expect.stringContaining('is that of another entry for the same connection')]);
});
