import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, expect, test } from 'vitest';
import { startService } from '../process/service.ts';
import { installPackage } from '../support/packed.ts';
import { temporaryFolder } from '../wire/support.ts';
import { emptyFolder, type Installation, packingMs } from './installed.ts';

/** Drivers of the user's, who import `bellcrank/driver`, in a service that may be another copy of Bellcrank than theirs. */

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Each starts services. */
const slow = { timeout: 90_000 };

let user: Installation;
beforeAll(async () => {
  user = await emptyFolder();
}, packingMs);

const driver = `import { BellcrankError, defineDriver, DryRunEnd, defineModel, messageOf, Type } from 'bellcrank/driver';
const empty = Type.Object({}, { additionalProperties: false });
const spec = { effect: 'actuate', confirmation: 'sent', timeoutMs: 1000, params: empty, result: empty } as const;
const model = defineModel({
  name: 'mine', summary: 'Mine', properties: {}, events: {},
  commands: { refuse: { summary: 'Refuse', ...spec }, recognise: { summary: 'Recognise', ...spec } },
});
let ended: { sending(): Promise<void> };
export default defineDriver({
  model,
  transports: ['none'],
  options: empty,
  async attach() {
    return {
      commands: {
        async refuse(_params, call) {
          await call.sending();
          ended = call;
          throw new BellcrankError('device-refused', 'no', { device: { code: 'E7', text: 'door' } });
        },
        async recognise(_params, call) {
          if (call.dryRun) throw new DryRunEnd(true);
          // An error of the service's own, as a driver tells it from what it has thrown itself.
          const error = await ended.sending().catch((reason: unknown) => reason);
          const known = error instanceof BellcrankError ? 'known' : 'unknown';
          const whose = error.constructor === BellcrankError ? 'of the same copy' : 'of another copy';
          throw new BellcrankError('device-refused', [known, whose, messageOf(error)].join(': '));
        },
      },
      async detach() {},
    };
  },
});
`;

const javascript = stripTypeScriptTypes(driver);

/** A folder of the user's with a driver and a configuration. */
function project(): string {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  writeFileSync(join(folder, 'mine.ts'), driver);
  writeFileSync(join(folder, 'bellcrank.yaml'), 'drivers: [./mine.ts]\ndevices: { a: { driver: mine } }\n');
  return folder;
}

type Copy = 'of the same copy' | 'of another copy';

async function outcomes(folder: string, program: string, copy: Copy = 'of the same copy'): Promise<void> {
  const service = await startService(join(folder, 'bellcrank.yaml'), {}, { program });
  expect(await service.post('/v1/devices/a/commands/refuse', {})).toMatchObject({
    status: 409,
    body: { code: 'device-refused', outcome: 'refused', device: { code: 'E7' } },
  });
  const { body: dry } = await service.post('/v1/devices/a/commands/recognise?dryRun=true', {});
  expect(dry).toMatchObject({ dryRun: true, obstacles: [], complete: true });
  const { body } = await service.post('/v1/devices/a/commands/recognise', {});
  expect(body['detail']).toContain(`known: ${copy}: `);
}

const installed = (): string => join(user.installed, 'bin/bellcrank.js');
const checkout = join(root, 'src/main.ts');

test('beside a package: the driver has the very contract of the service', slow, async () => {
  await outcomes(project(), installed());
});

test('in a checkout, with nothing installed', slow, async () => {
  await outcomes(project(), checkout);
});

test('in a checkout that is linked, whatever is built of it', slow, async () => {
  const folder = project();
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(root, join(folder, 'node_modules/bellcrank'));
  await outcomes(folder, checkout);
});

test('with a copy of its own: each knows the other’s errors', slow, async () => {
  const folder = project();
  await installPackage(folder);
  await outcomes(folder, installed(), 'of another copy');
  await outcomes(folder, checkout, 'of another copy');
});

test('a driver in a package of its own', slow, async () => {
  const folder = project();
  const acme = join(folder, 'node_modules/@acme/x');
  mkdirSync(acme, { recursive: true });
  writeFileSync(join(acme, 'package.json'), '{ "name": "@acme/x", "type": "module", "exports": "./index.js" }');
  writeFileSync(join(acme, 'index.js'), javascript);
  writeFileSync(join(folder, 'bellcrank.yaml'), 'drivers: ["@acme/x"]\ndevices: { a: { driver: mine } }\n');
  await outcomes(folder, installed());
});
