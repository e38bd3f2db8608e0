import { expect, test } from 'vitest';
import { load, problemsOf } from './fixture.ts';

const shared = (rest: string): string => `connections: { b: { simulate: { ${rest} } } }`;

test('several simulators share a broker, each with its own seed and options', async () => {
  const text = `
connections:
  b:
    simulate:
      via: mqtt
      devices:
        - { model: plug, options: { topic: a } }
        - { model: plug, seed: 7 }
devices:
  p: { driver: plug, connection: b, options: { topic: a } }
`;
  expect(await load(text)).toMatchObject({
    ok: true,
    config: {
      connections: {
        b: {
          kind: 'simulate',
          via: 'mqtt',
          simulated: true,
          devices: [
            { model: 'plug', seed: 1, options: { topic: 'a' } },
            { model: 'plug', seed: 7, options: {} },
          ],
        },
      },
    },
  });
});

test.each([
  [
    shared('via: mqtt, devices: [{ model: plugg }]'),
    ':63: connections.b.simulate.devices[0].model: names no simulator; did you mean "plug"?',
  ],
  [shared('via: mqtt, devices: []'), ':53: connections.b.simulate.devices: must NOT have fewer than 1 items'],
  [shared('via: mqtt, devices: [{ seed: 1 }]'), ':54: connections.b.simulate.devices[0].model: is required'],
  [
    shared('via: mqtt, devices: [{ model: plug, options: { x: 1 } }]'),
    ':80: connections.b.simulate.devices[0].options.x: is not a known key; known: topic',
  ],
  [
    shared('via: mqtt, devices: [{ model: plug }], seed: 1'),
    ':72: connections.b.simulate.seed: belongs to each of `devices`; move it there',
  ],
  [
    shared('via: memory, devices: [{ model: plug }]'),
    ':38: connections.b.simulate.via: must be mqtt: several devices share a broker',
  ],
  [
    shared('via: mqtt, devices: [{ model: supply }]'),
    ':38: connections.b.simulate.via: does not fit supply, which goes via pty, tcp, memory',
  ],
  [shared('via: mqtt'), ':21: connections.b.simulate.model: is required'],
])('%s', async (text, problem) => {
  expect(await problemsOf(text)).toEqual([`lab.yaml:1${problem}`]);
});
