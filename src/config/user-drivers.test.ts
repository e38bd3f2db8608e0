import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { LoadOptions } from './load.ts';
import { load, problemsOf } from './fixture.ts';

let folder: string;
let here: Partial<LoadOptions>;

const model = (name: string, more = ''): string =>
  `{ name: '${name}', summary: 'Mine', commands: {}, properties: {}, events: {}${more} }`;
const driver = (name: string, { contract = '1', more = '' } = {}): string =>
  `{ contract: ${contract}, model: ${model(name, more)}, transports: ['none'], options: { type: 'object',
     properties: { rate: { type: 'integer' } }, additionalProperties: false }, async attach() { return { commands: {} }; } }`;

const files: Record<string, string> = {
  'mine.ts': `const one: unknown = ${driver('mine')}; export default one;`,
  'several.js': `export default [${driver('left')}, ${driver('right')}];`,
  'named.js': `export const driver = ${driver('named')};`,
  'none.js': `export default [];`,
  'text.js': `export default 'driver';`,
  'old.js': `export default ${driver('old', { contract: '0' })};`,
  'bare.js': `export default { model: ${model('bare')} };`,
  'supply.js': `export default ${driver('supply')};`,
  'mine-too.js': `export default ${driver('mine')};`,
  'broken.js': `export default {`,
  'throws.js': `throw new Error('no licence');`,
  'needs.js': `import './not-there.js'; export default ${driver('needs')};`,
  'detached.js': `const { attach, ...rest } = ${driver('detached')}; export default rest;`,
  'name.js': `export default ${driver('My Driver')};`,
  'effect.js': `export default ${driver('effect', {
    more: `, commands: { go: { summary: 'Go', effect: 'maybe', confirmation: 'sent', timeoutMs: 1, params: {}, result: {} } }`,
  })};`,
  'colon.js': `export default ${driver('colon', {
    more: `, commands: { 'write:x': { summary: 'Go', effect: 'read', confirmation: 'sent', timeoutMs: 1, params: {}, result: {} } }`,
  })};`,
  'source.js': `export default ${driver('source', { more: `, properties: { v: { summary: 'V', schema: {}, access: 'read' } }` })};`,
  'schema.js': `export default ${driver('schema', { more: `, events: { e: { summary: 'E', data: { typo: 'object' } } }` })};`,
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bellcrank drivers-'));
  await mkdir(join(folder, 'sub'));
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  here = { file: join(folder, 'lab.yaml') };
});
afterAll(() => rm(folder, { recursive: true }));

/** The problems without the folder that they name. */
const told = async (text: string): Promise<string[]> =>
  (await problemsOf(text, here)).map((line) => line.replaceAll(`${folder}/`, ''));

test('drivers are loaded from beside the file, one or several of a module, and devices use them', async () => {
  const text = `drivers: [./mine.ts, ./several.js]
devices: { a: { driver: mine, options: { rate: 3 } }, b: { driver: right } }`;
  const result = await load(text, here);
  expect(result).toMatchObject({ ok: true, config: { drivers: ['./mine.ts', './several.js'] } });
  const names = result.ok ? result.drivers.map((loaded) => loaded.model.name) : [];
  expect(names).toEqual(['supply', 'plug', 'virtual', 'mine', 'left', 'right']);
});

test('paths are relative to the file, not to where the program runs', async () => {
  const result = await load('drivers: [../mine.ts]', { file: join(folder, 'sub', 'lab.yaml') });
  expect(result).toMatchObject({ ok: true });
});

test('options are validated by the user’s own schema', async () => {
  expect(await told('drivers: [./mine.ts]\ndevices: { a: { driver: mine, options: { rat: 3 } } }')).toEqual([
    'lab.yaml:2:42: devices.a.options.rat: is not a known key; did you mean "rate"?',
  ]);
});

test.each([
  ['./gone.ts', 'the file ./gone.ts does not exist'],
  ['./named.js', 'has no default export; export a driver, or an array of drivers, as default'],
  ['./none.js', 'exports an empty array as default; it must hold at least one driver'],
  ['./text.js', 'is not a driver: export what defineDriver returns'],
  ['./old.js', 'was built for contract 0, and this Bellcrank speaks 1; install a version of it that does too'],
  ['./bare.js', 'states no contract version, and this Bellcrank speaks 1; install a version of it that does too'],
  ['./supply.js', 'brings a driver supply, and so does a built-in one; rename its model'],
  ['./throws.js', 'cannot be loaded: no licence (throws.js:1:7)'],
  ['./detached.js', 'is not a valid driver: /attach must be a function'],
  ['./name.js', 'is not a valid driver: /model/name must match pattern "^[a-z0-9][a-z0-9-]{0,62}$"'],
  ['./effect.js', 'is not a valid driver: /model/commands/go/effect must be one of "read", "idempotent", "actuate"'],
  ['./source.js', 'is not a valid driver: /model/properties/v/source is required'],
])('%s: %s', async (specifier, detail) => {
  expect(await told(`drivers: ["${specifier}"]`)).toEqual([`lab.yaml:1:11: drivers[0]: ${detail}`]);
});

test.each([
  ['./broken.js', /cannot be loaded: /],
  ['./needs.js', /cannot be loaded: .*not-there\.js/],
  ['./colon.js', /is not a valid driver: \/model\/commands/],
  [
    './schema.js',
    /is not a valid driver: \/model\/events\/e\/data is not a JSON Schema: strict mode: unknown keyword: "typo"/,
  ],
])('%s: %s', async (specifier, detail) => {
  const lines = await told(`drivers: ["${specifier}"]`);
  expect(lines).toEqual([expect.stringMatching(detail)]);
});

test('two modules with one driver name are told, and who was first', async () => {
  expect(await told('drivers: [./mine.ts, ./mine-too.js]')).toEqual([
    'lab.yaml:1:22: drivers[1]: brings a driver mine, and so does ./mine.ts; rename its model',
  ]);
});

test('a device is not blamed for a driver whose module could not be loaded', async () => {
  expect(await told('drivers: [./gone.ts]\ndevices: { a: { driver: gone } }')).toEqual([
    'lab.yaml:1:11: drivers[0]: the file ./gone.ts does not exist',
  ]);
});
