import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { allReady, startService } from '../process/service.ts';
import { launch, openPage } from '../support/browser.ts';
import { needs } from '../support/needs.ts';
import { plainEnvironment } from '../support/packed.ts';
import { emptyFolder, type Installation, packingMs } from './installed.ts';

const example = fileURLToPath(new URL('../../examples/dashboard', import.meta.url));

test('docs/dashboards.md shows the script of the page as it stands', () => {
  const page = readFileSync(new URL('../../docs/dashboards.md', import.meta.url), 'utf8');
  expect(page).toContain(readFileSync(join(example, 'page/page.js'), 'utf8'));
});

describe.skipIf(!needs('chromium', 'a page of one’s own'))('a page of one’s own', { timeout: 120_000 }, () => {
  let user: Installation;
  beforeAll(async () => {
    user = await emptyFolder();
    cpSync(example, join(user.folder, 'dashboard'), { recursive: true });
  }, packingMs);

  async function serve(service: string): Promise<string> {
    const env = plainEnvironment({ BELLCRANK_URL: service, PORT: '0' });
    const server = spawn(process.execPath, ['dashboard/server.js'], { cwd: user.folder, env });
    onTestFinished(() => void server.kill());
    const [line] = (await once(server.stdout, 'data')) as [Buffer];
    return line.toString().trim();
  }

  test('shows what is measured, sets it, and tells what is lost', async () => {
    const service = await startService('examples/lab/bellcrank.yaml');
    await allReady(service);
    await service.post('/v1/devices/psu-1/commands/output', { on: true });
    const browser = await launch();
    onTestFinished(() => browser.close());
    const { page, complaints } = await openPage(browser, await serve(service.url));
    await page.getByLabel('Voltage').fill('7');
    await page.getByRole('button', { name: 'Set' }).click();
    await page.getByText('set', { exact: true }).waitFor();
    await page.getByText('7 V', { exact: true }).waitFor();
    expect(complaints).toEqual([]);
    await service.end('SIGTERM');
    await page.getByText('connection lost').waitFor();
  });

  test('takes nothing from pages of other sites', async () => {
    const own = await serve('http://127.0.0.1:9');
    const headers = { origin: 'http://elsewhere.example', 'content-type': 'application/json' };
    const answer = await fetch(`${own}/v1/devices/psu-1/commands/output`, { method: 'POST', headers, body: '{}' });
    expect(answer.status).toBe(403);
  });
});
