import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { run } from '../cli/run.ts';
import { temporaryFolder } from '../wire/support.ts';
import { allReady, startService } from './service.ts';
import { built } from '../support/built.ts';

vi.setConfig({ testTimeout: 60_000 });

const config = (more = ''): string => `
connections:
  bench: { simulate: { model: scpi-supply, via: pty } }
${more === '' ? '' : '  other: { simulate: { model: scpi-supply, via: pty } }\n'}devices:
  psu: { driver: scpi-supply, connection: bench }
${more}`;
const more = '  spare: { driver: scpi-supply, connection: other }\n';

interface Page {
  readonly items: readonly { readonly id: string }[];
}

test('SIGHUP has the file taken, a bad one changes nothing, and the service goes on', async () => {
  const file = join(temporaryFolder(), 'bellcrank.yaml');
  writeFileSync(file, config());
  const service = await startService(file);
  await allReady(service);
  writeFileSync(file, config(more));
  service.child.kill('SIGHUP');
  await vi.waitFor(async () => expect((await service.get<Page>('/v1/devices')).items).toHaveLength(2), 10_000);
  await allReady(service);
  writeFileSync(file, config(more).replace('driver: scpi-supply, connection: other', 'driver: scpi-suply'));
  service.child.kill('SIGHUP');
  await vi.waitFor(
    () => expect(service.stderr()).toContain('the configuration is not taken; nothing has changed'),
    10_000,
  );
  expect(service.stderr()).toMatch(/bellcrank\.yaml:\d+:\d+: \/devices\/spare/);
  expect((await service.get<Page>('/v1/devices')).items.map(({ id }) => id)).toEqual(['psu', 'spare']);
  writeFileSync(file, config());
  const reloaded = await run(built(), ['reload', '--url', service.url]);
  expect(reloaded).toMatchObject({ code: 0 });
  expect(reloaded.stdout).toBe('taken:\n  connection other removed\n  device spare (simulated) removed\n');
  expect((await service.get<Page>('/v1/devices')).items.map(({ id }) => id)).toEqual(['psu']);
  expect(await service.end('SIGTERM')).toMatchObject({ code: 0 });
});
