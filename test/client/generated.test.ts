import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test, vi } from 'vitest';
import { connect } from '../../src/client/index.ts';
import { startService } from '../process/service.ts';
import { compiled } from '../support/compiled.ts';
import { built } from '../support/built.ts';

vi.setConfig({ testTimeout: 120_000 });

const root = fileURLToPath(new URL('../..', import.meta.url));
const kept = fileURLToPath(new URL('../../examples/client/devices.d.ts', import.meta.url));

async function bellcrank(...args: string[]): Promise<{ stdout: string; stderr: string; code: number }> {
  const env = { PATH: process.env['PATH'] ?? '' };
  const run = promisify(execFile)(process.execPath, [built(), ...args], { cwd: root, env });
  return await run.then(
    (output) => ({ ...output, code: 0 }),
    (error: { stdout: string; stderr: string; code: number }) => error,
  );
}

test('the types of the lab are those that are kept with the example', async () => {
  const service = await startService('examples/lab/bellcrank.yaml');
  const lab = connect({ url: service.url });
  // What announces itself is there once it has described itself.
  const known = await readFile(kept, 'utf8');
  const expected = known.match(/^ {2}\/\*\* SIMULATED\. /gm)?.length;
  const offering = async (): Promise<number> => {
    const devices = await Promise.all((await lab.devices()).map(({ id }) => lab.device(id).get()));
    return devices.filter(({ properties }) => Object.keys(properties).length > 0).length;
  };
  await expect.poll(offering, { timeout: 60_000, interval: 200 }).toBe(expected);
  const { stdout, stderr } = await bellcrank('client', '--url', service.url);
  expect(stderr).toBe('');
  expect(stdout, 'write it anew: bellcrank client > examples/client/devices.d.ts').toBe(known);
  expect(await compiled({ 'devices.ts': stdout })).toBe('');
});
