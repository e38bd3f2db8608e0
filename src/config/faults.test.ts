import { expect, test } from 'vitest';
import { faultCatalogue } from '../../simulators/index.ts';
import { load, problemsOf } from './fixture.ts';

const one = (faults: string, model = 'supply', via = 'pty'): string =>
  `connections: { b: { simulate: { model: ${model}, via: ${via}, faults: [${faults}] } } }`;
const at = (column: number, rest: string): string => `lab.yaml:1:${column}: connections.b.simulate.${rest}`;

test('faults are kept as they stand in the file, with a seed of their own', async () => {
  const text = `
connections:
  l: { simulate: { model: supply, via: tcp, faults: [{ kind: delay, ms: 20 }, { kind: echo, match: a }], faultSeed: 9 } }
  b: { simulate: { via: mqtt, devices: [{ model: plug, faults: [{ kind: retained }] }, { model: plug }] } }
`;
  const loaded = await load(text);
  const connections = loaded.ok ? loaded.config.connections : {};
  const faults = [
    { kind: 'delay', ms: 20 },
    { kind: 'echo', match: 'a' },
  ];
  expect(connections['l']).toMatchObject({ devices: [{ model: 'supply', seed: 1, faultSeed: 9, faults }] });
  expect(connections['b']).toMatchObject({ devices: [{ faults: [{ kind: 'retained' }] }, {}] });
  expect(Object(connections['b']).devices[1]).toEqual({ model: 'plug', seed: 1, options: {} });
});

test.each([
  [one('{ kind: dely, ms: 1 }'), at(75, 'faults[0].kind: names no kind of fault; did you mean "delay"?')],
  [one('{ kind: wibble }'), at(75, 'faults[0].kind: names no kind of fault; known: delay, echo')],
  [one('{ kind: delay, mss: 1 }'), at(67, 'faults[0].ms: is required')],
  [one('{ kind: delay, ms: 1, mtch: a }'), at(89, 'faults[0].mtch: is not a known key; did you mean "match"?')],
  [one('{ kind: echo }, { kind: delay, ms: -1 }'), at(102, 'faults[1].ms: must be >= 0')],
  [one('{ kind: echo, match: bad }'), at(88, 'faults[0].match: is not to be matched')],
  [one('{ ms: 1 }'), at(67, 'faults[0].kind: is required')],
  [one('7'), at(67, 'faults[0]: must be object, not a number')],
  [one('{ kind: retained }'), at(75, 'faults[0].kind: is none that a wire of bytes has')],
  [one('{ kind: echo }', 'plug', 'mqtt'), at(74, 'faults[0].kind: is none that a wire of messages has')],
  [one('{ kind: echo }', 'plug', 'memory'), at(76, 'faults[0].kind: is none that a wire of messages has')],
  [one('{ kind: retained }', 'supply', 'memory'), at(78, 'faults[0].kind: is none that a wire of bytes has')],
])('%s', async (text, problem) => {
  expect(await problemsOf(text)).toContain(problem);
});

test('of several on a broker, each has its own', async () => {
  const text =
    'connections: { b: { simulate: { via: mqtt, faults: [], faultSeed: 1, devices: [{ model: plug, faults: [{ kind: echo }] }] } } }';
  expect(await problemsOf(text)).toEqual([
    at(44, 'faults: belongs to each of `devices`; move it there'),
    at(56, 'faultSeed: belongs to each of `devices`; move it there'),
    at(112, 'devices[0].faults[0].kind: is none that a wire of messages has'),
  ]);
});

test('there is an end to them, and to their seed', async () => {
  const many = Array.from({ length: 33 }, () => '{ kind: echo }').join(', ');
  expect(await problemsOf(one(many))).toEqual([at(66, 'faults: must NOT have more than 32 items')]);
  const text = 'connections: { b: { simulate: { model: supply, via: pty, faultSeed: -1 } } }';
  expect(await problemsOf(text)).toEqual([at(69, 'faultSeed: must be >= 0')]);
});

test('those that come with Bellcrank say why a wire cannot have them, and what their schema cannot say', async () => {
  const problem = async (...of: Parameters<typeof one>): Promise<string> => {
    return (await problemsOf(one(...of), { faults: faultCatalogue })).join('\n');
  };
  expect(await problem('{ kind: zero-read }')).toMatch(
    /faults\[0\]\.kind: is none that a wire via pty can have: its end/,
  );
  expect(await problem('{ kind: zero-read }', 'supply', 'tcp')).toBe('');
  expect(await problem('{ kind: broker-gone }')).toMatch(/a wire of bytes has; known: delay, .*reset$/);
  expect(await problem('{ kind: drop, match: "(?=a)" }')).toMatch(
    /:88: .*faults\[0\]\.match: is no regular expression/,
  );
  expect(await problem('{ kind: unplug, otherPath: true }')).toBe('');
  expect(await problem('{ kind: unplug, otherPath: true }', 'supply', 'memory')).toMatch(
    /otherPath: is for wires with/,
  );
  expect(await problem('{ kind: drop, when: { state: x } }')).toMatch(/faults\[0\]\.when: must NOT have fewer than 2/);
});
