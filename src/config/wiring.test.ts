import { expect, test } from 'vitest';
import { checkWiring } from './wiring.ts';

const connections = {
  oven: { simulate: { model: 'x', via: 'pty' } },
  real: { serial: { path: '/dev/x' } },
  gauge: { simulate: {} },
};
const findings = (...wiring: unknown[]) =>
  checkWiring({ wiring }, connections).map(({ path, detail }) => `${path.join('.')}: ${detail}`);
const end = (connection: string, state = 'temperature') => ({ connection, state });

test('both ends are simulated here', () => {
  expect(findings({ from: end('oven'), to: end('gauge') })).toEqual([]);
  expect(findings({ from: end('ovn'), to: end('real') })).toEqual([
    'simulation.wiring.0.from.connection: names no connection; did you mean "oven"?',
    'simulation.wiring.0.to.connection: real has no simulator of this file’s behind it',
  ]);
});

test('one wire leads to one state', () => {
  expect(findings({ from: end('oven'), to: end('gauge') }, { from: end('oven'), to: end('gauge') })).toEqual([
    'simulation.wiring.1.to: is where another wire leads already',
  ]);
  expect(findings({ from: end('oven'), to: end('gauge') }, { from: end('oven'), to: end('gauge', 'door') })).toEqual(
    [],
  );
});

test('what is no list or no wire is the schema’s to tell', () => {
  expect(checkWiring({ wiring: 3 }, connections)).toEqual([]);
  expect(findings('x', { from: 1 })).toEqual([]);
});
