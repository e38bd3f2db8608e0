import { Type } from '@sinclair/typebox';
import { expect, test } from 'vitest';
import type { AnyDriver } from '../driver/contract.ts';
import { catalogue, load } from './fixture.ts';
import { formatProblems } from './problem.ts';

const options = Type.Object(
  { prefix: Type.String({ default: 'chirp', minLength: 2, description: 'Before its topics.' }) },
  { additionalProperties: false },
);
const [, plug] = catalogue.drivers;
const chirp: AnyDriver = {
  ...(plug as AnyDriver), // the fixture has it
  model: { name: 'chirp', summary: 'Chirps', commands: {}, properties: {}, events: {} },
  discoveryOptions: options,
  discover: () => Promise.resolve(),
};
const drivers = [...catalogue.drivers, chirp];

const connections = 'connections: { b: { mqtt: { url: mqtt://h } }, l: { serial: { path: /dev/a } } }';
const loaded = (discovery: string) => load(`${connections}\ndiscovery: ${discovery}`, { drivers });
async function problems(discovery: string): Promise<string[]> {
  const result = await loaded(discovery);
  return result.ok ? [] : formatProblems(result.problems).split('\n').slice(0, -1);
}

test('what is left out is filled in: everybody listens, and nothing is adopted', async () => {
  expect(await loaded('{ b: {} }')).toMatchObject({
    config: { discovery: { b: { options: { chirp: { prefix: 'chirp' } }, autoAdopt: [] } } },
  });
  expect(await loaded('{ b: { autoAdopt: true, options: { chirp: { prefix: other } } } }')).toMatchObject({
    config: {
      discovery: {
        b: { options: { chirp: { prefix: 'other' } }, autoAdopt: [{ match: {}, labels: {}, limits: {}, deny: [] }] },
      },
    },
  });
  const rule = '{ match: { dialect: chirp, name: "K*" }, idPrefix: k-, labels: { a: b }, deny: [x] }';
  expect(await loaded(`{ b: { dialects: [chirp], autoAdopt: [${rule}] } }`)).toMatchObject({
    config: {
      discovery: {
        b: {
          dialects: ['chirp'],
          autoAdopt: [{ match: { dialect: 'chirp', name: 'K*' }, idPrefix: 'k-', labels: { a: 'b' }, deny: ['x'] }],
        },
      },
    },
  });
  expect(await loaded('{ b: { autoAdopt: false } }')).toMatchObject({
    config: { discovery: { b: { autoAdopt: [] } } },
  });
});

test.each([
  ['{ c: {} }', '2:14: discovery.c: names no connection; did you mean "b"?'],
  ['{ l: {} }', '2:14: discovery.l: is a connection on which no driver can discover anything'],
  ['{ b: { dialect: [chirp] } }', '2:19: discovery.b.dialect: is not a known key; did you mean "dialects"?'],
  ['{ b: { dialects: [chrip] } }', '2:30: discovery.b.dialects[0]: names no driver; did you mean "chirp"?'],
  ['{ b: { dialects: [plug] } }', '2:30: discovery.b.dialects[0]: cannot discover on this connection; known: chirp'],
  [
    '{ b: { options: { chirp: { prefix: x } } } }',
    '2:47: discovery.b.options.chirp.prefix: must NOT have fewer than 2 characters',
  ],
  [
    '{ b: { options: { plug: {} } } }',
    '2:30: discovery.b.options.plug: cannot discover on this connection; known: chirp',
  ],
  ['{ b: { autoAdopt: all } }', '2:30: discovery.b.autoAdopt: must be true, for everything, or a list of rules'],
  [
    '{ b: { autoAdopt: [{ match: { colour: red } }] } }',
    '2:42: discovery.b.autoAdopt[0].match.colour: is not a known key; known: dialect, name, manufacturer, model, identity',
  ],
  [
    '{ b: { autoAdopt: [{ idPrefix: A- }] } }',
    '2:43: discovery.b.autoAdopt[0].idPrefix: must match pattern "^[a-z0-9][a-z0-9-]{0,29}$". Stands before the name in the device’s id: lower-case letters, digits and hyphens, 30 at most.',
  ],
  ['[]', '2:12: discovery: must be object, not an array; write NAME: { … } for each'],
  ['{ b: 1 }', '2:17: discovery.b: must be object, not a number'],
])('%s', async (discovery, problem) => {
  expect(await problems(discovery)).toEqual([`lab.yaml:${problem}`]);
});
