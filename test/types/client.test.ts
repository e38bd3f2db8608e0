import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../wire/support.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const source = readFileSync(new URL('client-devices.ts', import.meta.url), 'utf8');

/** What the compiler says of a module that stands elsewhere: the lines with an error. */
async function wrongLines(text: string): Promise<number[]> {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  writeFileSync(join(folder, 'wrong.ts'), text.replaceAll("'../../", `'${root}`));
  const typeRoots = [join(root, 'node_modules/@types')];
  const config = { extends: join(root, 'tsconfig.base.json'), compilerOptions: { typeRoots }, include: ['wrong.ts'] };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
  const compiler = join(root, 'node_modules/typescript/bin/tsc');
  const run = promisify(execFile)(process.execPath, [compiler, '-p', folder, '--pretty', 'false']);
  const { stdout } = await run.catch((error: { stdout: string }) => error);
  return [...stdout.matchAll(/wrong\.ts\((\d+),/g)].map(([, line]) => Number(line));
}

test('each mistake is one by itself, and what is right is none', { timeout: 120_000 }, async () => {
  const lines = source.split('\n');
  const announced = lines.flatMap((line, index) => (line.includes('@ts-expect-error') ? [index + 2] : []));
  expect(announced.length).toBeGreaterThan(20);
  // The comments stay where they are, so that lines keep their numbers.
  const wrong = await wrongLines(source.replaceAll('@ts-expect-error', 'Wrong:'));
  expect([...new Set(wrong)]).toEqual(announced);
});
