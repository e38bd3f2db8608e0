import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test, vi } from 'vitest';
import { allReady, startService } from '../process/service.ts';
import { needs, peersFolder } from '../support/needs.ts';
import { temporaryFolder } from '../wire/support.ts';

vi.setConfig({ testTimeout: 240_000 });

/** `/openapi.json` for whoever prefers types of another maker, by that and the TypeScript that it needs. */

const config = `
connections:
  psu-line: { simulate: { model: scpi-supply, via: memory } }
  mill-line: { simulate: { model: grbl, via: memory } }
devices:
  psu-1: { driver: scpi-supply, connection: psu-line, limits: { set-voltage: { volts: { maximum: 5 } } } }
  mill-1: { driver: grbl, connection: mill-line }
`;

const use = `import type { components, paths } from './lab.ts';
type Body<Path extends keyof paths> = paths[Path] extends {
  post: { requestBody?: { content: { 'application/json': infer Params } } };
}
  ? Params
  : never;
type SetVoltage = Body<'/v1/devices/psu-1/commands/set-voltage'>;
export const right: SetVoltage = { volts: 5 };
// @ts-expect-error another unit
export const unit: SetVoltage = { millivolts: 5 };
// @ts-expect-error a missing parameter
export const missing: SetVoltage = {};
// @ts-expect-error text in place of a number
export const text: SetVoltage = { volts: '5' };
// @ts-expect-error there is no such device
export type Unknown = paths['/v1/devices/psu-9/commands/set-voltage'];
// @ts-expect-error there is no such command
export type Misspelt = paths['/v1/devices/psu-1/commands/set-volts'];
export const outcome: components['schemas']['Outcome'] = 'not-sent';
`;

const run = promisify(execFile);
const peer = (path: string): string => join(peersFolder, 'node_modules', path);

describe.skipIf(!needs('peers', 'openapi-typescript on /openapi.json'))('openapi-typescript', () => {
  test('makes types of /openapi.json that compile, and that know the devices', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'bellcrank.yaml'), config);
    const service = await startService(join(folder, 'bellcrank.yaml'));
    await allReady(service);
    writeFileSync(join(folder, 'openapi.json'), JSON.stringify(await service.get('/openapi.json')));
    const types = join(folder, 'lab.ts');
    const cli = peer('openapi-typescript/bin/cli.js');
    await run(process.execPath, [cli, join(folder, 'openapi.json'), '-o', types], { cwd: peersFolder });
    writeFileSync(join(folder, 'use.ts'), use);
    const options = [
      '--strict',
      '--noEmit',
      '--allowImportingTsExtensions',
      '--module',
      'nodenext',
      '--pretty',
      'false',
    ];
    const files = [types, join(folder, 'use.ts')];
    const compiled = await run(process.execPath, [peer('typescript/bin/tsc'), ...options, ...files]).catch(
      (error: { stdout: string }) => error,
    );
    expect(compiled.stdout).toBe('');
  });
});
