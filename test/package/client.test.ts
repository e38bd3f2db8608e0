import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { execFile } from 'node:child_process';
import { beforeAll, expect, test } from 'vitest';
import { allReady, startService } from '../process/service.ts';
import { plainEnvironment } from '../support/packed.ts';
import { emptyFolder, type Installation, packingMs } from './installed.ts';

/** The scripts of examples/client, in a folder of their own with the package installed, as their README says. */

const example = fileURLToPath(new URL('../../examples/client', import.meta.url));
const slow = { timeout: 120_000 };

let user: Installation;
beforeAll(async () => {
  user = await emptyFolder(['typescript', '@types/node']);
  cpSync(example, user.folder, { recursive: true });
}, packingMs);

test('its types fit the package', slow, async () => {
  const compiler = join(user.folder, 'node_modules/typescript/bin/tsc');
  const { stdout } = await user.run(process.execPath, compiler, '--noEmit', '-p', '.');
  expect(stdout).toBe('');
});

test('plain Node imports it', async () => {
  const script = `import * as client from 'bellcrank/client';
    console.log(typeof client.connect, Object.keys(client).sort().join(' '));`;
  const { stdout, stderr } = await user.run(process.execPath, '--input-type=module', '-e', script);
  expect(stderr).toBe('');
  expect(stdout).toMatch(/^function .*BellcrankProblem.*Unreachable.*connect/);
});

test('it sets a voltage and sees it, and says what went wrong', slow, async () => {
  const program = join(user.installed, 'bin/bellcrank.js');
  const service = await startService(join(user.installed, 'examples/lab/bellcrank.yaml'), {}, { program });
  await allReady(service);
  const run = async (...args: string[]): Promise<{ stdout: string; stderr: string }> => {
    const env = { ...plainEnvironment(), BELLCRANK_URL: service.url };
    const options = { cwd: user.folder, env };
    return await promisify(execFile)(process.execPath, ['set-voltage.ts', ...args], options).catch(
      (error: { stdout: string; stderr: string }) => error,
    );
  };
  const { stdout, stderr } = await run('5');
  expect(stderr).toBe('');
  expect(stdout).toContain('set to 5 V: succeeded (simulated)\n');
  expect(stdout).toMatch(/measured [45]\.?\d* V, good\n$/);
  await service.post('/v1/devices/psu-1/stop', {});
  expect((await run('4')).stderr).toMatch(/^not set \(not-sent\): device psu-1 was stopped/);
  await service.end('SIGKILL');
  expect((await run('4')).stderr).toMatch(/cannot be reached/);
});
