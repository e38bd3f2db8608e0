import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, expect, test } from 'vitest';
import { emptyFolder, type Installation, packingMs } from './installed.ts';

const compiler = fileURLToPath(new URL('../../node_modules/typescript/bin/tsc', import.meta.url));

let user: Installation;
beforeAll(async () => {
  user = await emptyFolder(['@types/node']);
}, packingMs);

test('plain Node imports what is exported', async () => {
  const script = `import { BellcrankError, defineDriver, LineExchange, Type } from 'bellcrank/driver';
    import { memoryBytes, VirtualClock } from 'bellcrank/testing';
    const clock = new VirtualClock();
    let hasFired = false;
    clock.timer(1000, () => (hasFired = true));
    await clock.advance(1000);
    console.log(hasFired, new BellcrankError('busy', 'no').code, typeof LineExchange, typeof memoryBytes,
      typeof defineDriver, Type.String().type);`;
  const { stdout, stderr } = await user.run(process.execPath, '--input-type=module', '-e', script);
  expect(stderr).toBe('');
  expect(stdout).toBe('true busy function function function string\n');
});

const config = { extends: 'bellcrank/tsconfig.json', compilerOptions: { skipLibCheck: false } };

/** What the compiler says of the user's project. */
async function compiled(): Promise<string> {
  const check = user.run(process.execPath, compiler, '-p', '.', '--pretty', 'false');
  return await check.then(
    ({ stdout }) => stdout,
    ({ stdout }: { stdout: string }) => stdout,
  );
}

test('a project of the user’s is checked against its types', { timeout: 120_000 }, async () => {
  await user.write('tsconfig.json', JSON.stringify(config));
  cpSync(join(user.installed, 'drivers/template'), user.folder, { recursive: true });
  for (const name of ['codec.ts', 'driver.ts', 'model.ts']) {
    const path = join(user.folder, name);
    writeFileSync(path, readFileSync(path, 'utf8').replaceAll('../../src/driver/index.ts', 'bellcrank/driver'));
  }
  await user.write(
    'use.ts',
    `import { memoryBytes, VirtualClock } from 'bellcrank/testing';
import type { AnyDriver } from 'bellcrank/driver';
import driver from './driver.ts';
export const mine: AnyDriver = driver;
export const tools: [typeof memoryBytes, VirtualClock] = [memoryBytes, new VirtualClock()];
`,
  );
  expect(await compiled()).toBe('');
  // A handler that is missing is a mistake of types, so the types are there.
  const path = join(user.folder, 'driver.ts');
  writeFileSync(path, readFileSync(path, 'utf8').replace("'set-target'", "'set-targets'"));
  expect(await compiled()).toContain("Property ''set-target'' is missing");
});
