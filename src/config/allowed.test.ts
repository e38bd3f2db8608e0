import { expect, test } from 'vitest';
import { load, problemsOf } from './fixture.ts';

const connections = `connections:
  line: { serial: { path: /dev/ttyUSB0 } }
  far: { tcp: { host: bench, port: 5025 }, simulated: true }
  near: { tcp: { host: bench, port: 5026 }, simulated: false }
  sim: { simulate: { model: supply, via: pty } }
`;
const refused = 'is refused, since allowSimulated is false';

test('where nothing may be simulated, each simulated connection is refused where it stands', async () => {
  expect(await problemsOf(`allowSimulated: false\n${connections}`)).toEqual([
    expect.stringContaining(`lab.yaml:4:44: connections.far.simulated: ${refused}`),
    expect.stringContaining(`lab.yaml:6:10: connections.sim.simulate: ${refused}`),
  ]);
});

test.each([['allowSimulated: true\n'], ['']])('they are taken with "%s"', async (key) => {
  expect(await problemsOf(key + connections)).toEqual([]);
});

test('the environment of a machine decides for whatever file is started there', async () => {
  const forbidden = await problemsOf(`allowSimulated: true\n${connections}`, {
    env: { BELLCRANK_ALLOW_SIMULATED: 'false' },
  });
  expect(forbidden).toHaveLength(2);
  const allowed = { env: { BELLCRANK_ALLOW_SIMULATED: 'true' } };
  expect(await load(`allowSimulated: false\n${connections}`, allowed)).toMatchObject({
    config: { allowSimulated: true },
  });
});

test.each(['no', '0', '', 'False'])('what is neither true nor false is told of its variable: "%s"', async (text) => {
  expect(await problemsOf(connections, { env: { BELLCRANK_ALLOW_SIMULATED: text } })).toEqual([
    expect.stringContaining('BELLCRANK_ALLOW_SIMULATED: allowSimulated: must be boolean'),
  ]);
});

test.each(['"false"', 'no', '0', 'null'])('nor does the file get away with %s', async (value) => {
  const problems = await problemsOf(`allowSimulated: ${value}\n${connections}`);
  expect(problems).toEqual([expect.stringContaining('lab.yaml:1:17: allowSimulated: must be boolean')]);
});

test('a file without anything simulated is served where nothing may be', async () => {
  expect(await load('allowSimulated: false\nconnections: { line: { serial: { path: /dev/ttyUSB0 } } }')).toMatchObject({
    ok: true,
    config: { allowSimulated: false },
  });
});
