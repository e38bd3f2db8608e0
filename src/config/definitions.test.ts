import { expect, test } from 'vitest';
import { catalogue, load, problemsOf } from './fixture.ts';
import type { DefinitionEntry } from './definitions.ts';

const [supply] = catalogue.drivers;
if (supply === undefined) throw new Error('the fixture has a supply');

const named = (name: string) => ({ ...supply, model: { ...supply.model, name } });

const entry = (driver: string, rest: Partial<DefinitionEntry> = {}): DefinitionEntry => ({
  drivers: [{ driver: named(driver), file: `${driver}.yaml` }],
  simulators: [{ model: driver, options: { type: 'object', additionalProperties: false } }],
  problems: [],
  ...rest,
});

const text = `drivers: [./mine.yaml, ./more/]
connections: { l: { serial: { path: /dev/a } }, s: { simulate: { model: mine, via: memory } } }
devices: { a: { driver: mine, connection: l }, b: { driver: mine, connection: s } }
`;

test('definitions bring drivers and simulators', async () => {
  const asked: string[] = [];
  const loadDefinitions = (paths: readonly string[]): DefinitionEntry[] => {
    asked.push(...paths);
    return [entry('mine'), entry('more')];
  };
  const result = await load(text, { file: 'lab/lab.yaml', loadDefinitions });
  expect(asked).toEqual(['lab/mine.yaml', 'lab/more/']);
  expect(result.ok && result.drivers.map(({ model }) => model.name)).toEqual([
    'supply',
    'plug',
    'virtual',
    'mine',
    'more',
  ]);
  expect(result.ok && result.simulators.map(({ model }) => model)).toEqual(['supply', 'plug', 'mine', 'more']);
});

test('what is wrong in them stands in them, and hides nothing else', async () => {
  const problem = { source: 'mine.yaml', line: 3, column: 5, path: 'properties.p', detail: 'is wrong' };
  const loadDefinitions = () => [
    { drivers: [], simulators: [], problems: [problem] },
    { drivers: [], simulators: [], problems: [], failure: 'does not exist' },
  ];
  expect(await problemsOf(text.replace('via: memory', 'via: memori'), { loadDefinitions })).toEqual([
    'lab.yaml:1:24: drivers[1]: does not exist',
    'lab.yaml:2:84: connections.s.simulate.via: must be one of "pty", "tcp", "memory", "mqtt"',
    'mine.yaml:3:5: properties.p: is wrong',
  ]);
});

test('two models of one name are one too many', async () => {
  const loadDefinitions = () => [
    entry('mine'),
    entry('mine', { drivers: [{ driver: named('supply'), file: 'more/supply.yaml' }] }),
  ];
  expect(await problemsOf(text, { loadDefinitions })).toEqual([
    'lab.yaml:1:24: drivers[1]: more/supply.yaml has the model supply, and so has another driver; rename it',
  ]);
});
