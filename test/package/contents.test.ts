import { readdirSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, expect, test } from 'vitest';
import { entries, packagesWithin } from '../../packaging/bundle.ts';
import { type Manifest, manifestOf } from '../support/packed.ts';
import { emptyFolder, packingMs } from './installed.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const rooms = ['src', 'drivers', 'simulators'];

let installed: string;
let manifest: Manifest;
let files: readonly string[];
beforeAll(async () => {
  ({ installed } = await emptyFolder());
  manifest = await manifestOf(installed);
  files = filesIn(installed, '');
}, packingMs);

function filesIn(base: string, folder: string): string[] {
  return readdirSync(join(base, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => relative(base, join(parentPath, name)));
}

const text = (file: string): string => readFileSync(join(installed, file), 'utf8');
const isOnlyTested = (file: string): boolean => /\.(test|fixture)\.ts$|\/fixtures?\b/.test(file);

test('the types of every module are there, and its code in few files', () => {
  const modules = rooms
    .flatMap((room) => filesIn(root, room))
    // The page is shipped as it was built.
    .filter((file) => /(?<!\.d)\.ts$/.test(file) && !file.startsWith('src/dashboard/'));
  const names = modules.filter((file) => !isOnlyTested(file)).map((file) => `dist/${file.replace(/\.ts$/, '')}`);
  expect(names.length).toBeGreaterThan(500);
  expect(names.map((name) => `${name}.d.ts`).filter((file) => !files.includes(file))).toEqual([]);
  const code = files.filter((file) => /^dist\/.*\.js$/.test(file) && !file.includes('/dashboard/build/'));
  expect(code.length).toBeLessThan(names.length / 3);
  // One character beyond them, and V8 keeps the whole file in two bytes a character.
  expect(code.filter((file) => /[^\0-\x7f]/.test(text(file)))).toEqual([]);
  const found = code.filter((file) => !file.startsWith('dist/chunks/'));
  expect(found.sort()).toEqual(entries.map((name) => `dist/${name}.js`).toSorted());
});

test('what was put in from elsewhere comes with its licence', () => {
  for (const name of packagesWithin) {
    expect(text(`dist/licenses/${name.replace('/', '-')}.txt`), name).toMatch(/copyright/i);
  }
});

test('so is what modules read, where they look for it', () => {
  const read = rooms
    .flatMap((room) => filesIn(root, room))
    .filter((file) => !/\.(ts|md)$|\/tsconfig\.json$/.test(file) && !isOnlyTested(file))
    .filter((file) => !file.startsWith('src/dashboard/') || file.startsWith('src/dashboard/build/assets/'));
  expect(read.length).toBeGreaterThan(20);
  expect(read.map((file) => `dist/${file}`).filter((file) => !files.includes(file))).toEqual([]);
  const pages = filesIn(root, 'docs');
  expect(pages.filter((file) => !files.includes(file))).toEqual([]);
  expect(files).toEqual(
    expect.arrayContaining(['README.md', 'LICENSE', 'CHANGELOG.md', 'examples/lab/bellcrank.yaml']),
  );
});

test('the page is shipped as it was built, with what it is licensed under, and without its sources', () => {
  const page = files.filter((file) => file.startsWith('dist/src/dashboard/'));
  expect(page).toEqual(expect.arrayContaining(['dist/src/dashboard/build/index.html']));
  expect(page.filter((file) => /\.tsx?$|index\.html$|\.module|boot/.test(file))).toEqual([
    'dist/src/dashboard/build/index.html',
  ]);
  expect(text('dist/src/dashboard/build/assets/licenses.md')).toMatch(/react/);
});

test('there are no tests, no sources that could be run by mistake, and no paths of this machine', () => {
  const source = (file: string): boolean => file.endsWith('.ts') && !file.endsWith('.d.ts');
  expect(files.filter((file) => isOnlyTested(file) || /^(src|test|bench|packaging)\/|\.map$/.test(file))).toEqual([]);
  expect(files.filter(source).sort()).toEqual(
    ['codec', 'driver', 'model'].map((name) => `drivers/template/${name}.ts`),
  );
  expect(files.filter((file) => text(file).includes(root))).toEqual([]);
});

/** What a module imports, as it is written. */
function imports(file: string): string[] {
  const found = text(file).matchAll(
    /^(?:import|export)\b.*?\bfrom ['"]([^'"]+)['"]|^import ['"]([^'"]+)['"]|\bimport\(['"]([^'"]+)['"]\)|\bcreateRequire\(.*?\)\(['"]([^'"]+)['"]\)|\b__require\(['"]([^'"]+)['"]\)|\bgetBuiltinModule\(['"]([^'"]+)['"]\)/gm,
  );
  return [...found].map(([, ...kinds]) => kinds.find((kind) => kind !== undefined) ?? '');
}

/** Of another package, which does without where it is missing. */
const optional = ['supports-color'];

const isPackage = (specifier: string): boolean =>
  !specifier.startsWith('.') && !isBuiltin(specifier) && !optional.includes(specifier);
const packageOf = (specifier: string): string => /^(@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? specifier;

/** The packages that modules import, and their types. */
function packagesOf(modules: readonly string[]): string[] {
  return [...new Set(modules.flatMap(imports).filter(isPackage).map(packageOf))].sort();
}

test('what it imports is what it depends on', () => {
  const modules = files.filter((file) => /^dist\/.*\.(js|d\.ts)$/.test(file));
  const used = packagesOf(modules);
  const declared = Object.keys(manifest.dependencies);
  expect(used.filter((name) => !declared.includes(name))).toEqual([]);
  expect(used).toEqual(expect.arrayContaining(['fastify', 'mqtt', '@lydell/node-pty']));
  const unused = declared.filter((name) => ![...used, ...packagesWithin].includes(name));
  expect(unused).toEqual([]);
});

test.each([
  ['a driver that imports the contract gets little with it', 'driver', ['ajv', 'ajv-formats', 're2js']],
  ['a script that imports the client gets nothing with it, nor anything of Node', 'client', []],
] as const)('%s', (_, room, packages) => {
  const seen = new Set<string>();
  const follow = (file: string): void => {
    if (seen.has(file)) return;
    seen.add(file);
    for (const path of imports(file)) if (path.startsWith('.')) follow(join(file, '..', path));
  };
  follow(`dist/src/${room}/index.js`);
  expect(packagesOf([...seen])).toEqual(packages);
  const ofNode = [...seen].flatMap(imports).filter((path) => path.startsWith('node:'));
  expect(ofNode.length > 0).toBe(room === 'driver');
});

test('what is exported is there', () => {
  const exported = Object.values(manifest.exports).flatMap((value) =>
    typeof value === 'string' ? [value] : [value.types, value.default],
  );
  expect(exported.map((path) => path.slice(2)).filter((path) => !files.includes(path))).toEqual([]);
});
