import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

test('the project compiles, and the mistakes of the type tests do not', { timeout: 120_000 }, async () => {
  const checked = promisify(execFile)(process.execPath, ['node_modules/typescript/bin/tsc', '-p', '.'], { cwd: root });
  await expect(checked).resolves.toMatchObject({ stdout: '' });
});
