import { cpSync, mkdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, expect, test } from 'vitest';
import { emptyFolder, type Installation, packingMs } from './installed.ts';

/** The project of examples/, in a folder of its own with the package installed, as its README says. */

const example = fileURLToPath(new URL('../../examples/driver-project', import.meta.url));
const slow = { timeout: 180_000 };

let user: Installation;
beforeAll(async () => {
  user = await emptyFolder(['vitest', 'typescript', '@types/node']);
  cpSync(example, user.folder, { recursive: true });
}, packingMs);

test.each(['driver-project', 'client'])('%s asks no registry for the package, which is in none', async (name) => {
  const text = await readFile(new URL(`../../examples/${name}/package.json`, import.meta.url), 'utf8');
  expect(text).not.toContain('"bellcrank"');
});

test('its types fit the package', slow, async () => {
  const { stdout } = await user.run(process.execPath, join(user.folder, 'node_modules/typescript/bin/tsc'), '--noEmit');
  expect(stdout).toBe('');
});

/** Lines of a TAP report: what passed, and what did not. */
async function vitest(file: string): Promise<{ passed: number; failed: number }> {
  const program = join(user.folder, 'node_modules/vitest/vitest.mjs');
  const options = ['--reporter=tap-flat', '--testTimeout=60000'];
  const { stdout } = await user.run(process.execPath, program, 'run', file, ...options);
  const count = (pattern: RegExp): number => stdout.match(pattern)?.length ?? 0;
  return { passed: count(/^ok /gm), failed: count(/^not ok /gm) };
}

test('its tests pass in vitest', slow, async () => {
  const { passed, failed } = await vitest('thermometer.test.ts');
  expect(passed).toBeGreaterThan(20);
  expect(failed).toBe(0);
});

test('the example that docs/testing.md begins with runs as it stands', slow, async () => {
  const page = await readFile(new URL('../../docs/testing.md', import.meta.url), 'utf8');
  const [, text = ''] = /```ts\n(\/\/ supply\.test\.ts\n[^]*?)```/.exec(page) ?? [];
  await user.write('supply.test.ts', text);
  expect(await vitest('supply.test.ts')).toMatchObject({ passed: 1, failed: 0 });
});

test('the definition that docs/definitions.md begins with is tested as docs/testing.md says', slow, async () => {
  const pages = ['definitions', 'testing'].map((name) => new URL(`../../docs/${name}.md`, import.meta.url));
  const [definitions = '', testing = ''] = await Promise.all(pages.map((page) => readFile(page, 'utf8')));
  mkdirSync(join(user.folder, 'devices'));
  await user.write('devices/heater.yaml', /```yaml whole\n([^]*?)```/.exec(definitions)?.[1] ?? '');
  await user.write('heater.test.ts', /```ts\n(\/\/ heater\.test\.ts\n[^]*?)```/.exec(testing)?.[1] ?? '');
  const { passed, failed } = await vitest('heater.test.ts');
  expect(passed).toBeGreaterThan(20);
  expect(failed).toBe(0);
});

test('its tests pass in node:test', slow, async () => {
  const { stdout } = await user.run(process.execPath, '--test', '--test-reporter=tap', 'thermometer.node-test.ts');
  expect(stdout).toMatch(/^# pass [1-9]/m);
  expect(stdout).toMatch(/^# fail 0$/m);
});
