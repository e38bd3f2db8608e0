import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { ask } from '../access/keyed.ts';
import { run } from '../cli/run.ts';
import { type Service, startService } from '../process/service.ts';
import { axeFindings } from '../support/axe.ts';
import { launch, openPage } from '../support/browser.ts';
import { builtDashboard } from '../support/dashboard.ts';
import { needs } from '../support/needs.ts';
import { shoot } from '../support/page-checks.ts';
import { everythingStops } from '../support/stop-sheet.ts';
import { built } from '../support/built.ts';

const config = `
store: { directory: data }
connections:
  psu-1-line: { simulate: { model: scpi-supply, via: tcp } }
devices:
  psu-1: { driver: scpi-supply, connection: psu-1-line }
`;

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

describe.skipIf(!needs('chromium', 'the dashboard in a browser'))('signed in on the page', () => {
  const folder = mkdtempSync(join(tmpdir(), 'bellcrank-signed-in-'));
  const file = join(folder, 'bellcrank.yaml');
  let service: Service;
  let browser: Browser;
  let admin: string;

  const made = async (name: string, role: string): Promise<string> => {
    const { stdout } = await run(built(), ['keys', 'create', '-c', file, '--name', name, '--role', role]);
    return stdout.trim();
  };
  beforeAll(async () => {
    writeFileSync(file, config);
    admin = await made('me', 'admin');
    await builtDashboard();
    const env = { BELLCRANK_STORE__DIRECTORY: join(folder, 'data') };
    [browser, service] = await Promise.all([launch(), startService(file, env, { endsWithTest: false })]);
  });
  afterAll(async () => {
    await browser.close();
    await service.end('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });

  const signIn = async (page: Page, key: string): Promise<void> => {
    await page.getByLabel('API key').fill(key);
    await page.keyboard.press('Enter');
  };
  const row = (page: Page) => page.getByRole('row').filter({ has: page.getByRole('link', { name: 'psu-1' }) });
  const stopButton = (page: Page) => page.getByRole('button', { name: /^Stop all/ });
  const report = (page: Page) => page.getByRole('region', { name: 'Stop' });

  test('it signs in, sends, stops and signs out, and the key is kept nowhere', async () => {
    const key = await made('bench', 'operator');
    const { page, complaints } = await openPage(browser, service.url);
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    expect(await page.evaluate('document.activeElement.name')).toBe('key');
    expect(await axeFindings(page)).toEqual([]);
    // How many devices there are is not known here.
    expect(await page.getByRole('region', { name: 'State' }).innerText()).not.toMatch(/\d/);
    await stopButton(page).click();
    await report(page).getByText('Nothing was stopped').waitFor();
    expect(await report(page).innerText()).toContain('you are not signed in. Sign in with a key that may do it.');
    await report(page).getByRole('button', { name: 'Close' }).click();
    await signIn(page, 'bck_00000000_wrong');
    await page.getByText('The service does not know this key').waitFor();
    await signIn(page, key);
    await row(page).waitFor();
    await page.getByText('key:bench').waitFor();
    await page.getByText('Live', { exact: true }).waitFor();

    // Another page of the same browser, and one that is loaded anew, are signed in, too.
    await page.reload();
    await row(page).waitFor();
    await page.getByRole('button', { name: 'Sign out' }).waitFor();
    await page.getByText('key:bench').waitFor();
    await page.goto(`${service.url}/#/devices/psu-1`);
    const form = page.locator('[data-command-name="set-voltage"]');
    await form.getByRole('button').first().click();
    await form.getByLabel('Voltage').fill('5');
    await form.getByRole('button', { name: 'Send to the simulator' }).click();
    await form.getByText('Done', { exact: true }).waitFor();
    const { items } = (await ask<{ items: { by: string }[] }>(`${service.url}/v1/commands`, admin)).body;
    expect(items[0]?.by).toBe('key:bench');

    await stopButton(page).click();
    await everythingStops(page);
    const kept = await page.evaluate('JSON.stringify([localStorage, sessionStorage, document.cookie])');
    expect(kept).not.toContain('bck_');
    expect(kept).not.toContain('bellcrank-7');
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await page.reload();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    expect(complaints).toEqual([]);
    await ask(`${service.url}/v1/stop`, admin, { method: 'DELETE' });
  });

  test('a viewer breaks no simulator, and is told what that needs', async () => {
    const key = await made('visitor', 'viewer');
    const { page, complaints } = await openPage(browser, `${service.url}/#/simulators/psu-1`);
    await signIn(page, key);
    await page.getByText('Needs simulate:psu-1').first().waitFor();
    for (const name of ['Unplug', 'Pause', 'Add a fault'])
      expect([name, await page.getByRole('button', { name, exact: true }).isDisabled()]).toEqual([name, true]);
    expect(await page.getByLabel('Speed').getByRole('option').allInnerTexts()).toEqual(['1×']);
    await shoot(page, 'viewer-simulators');
    expect(await axeFindings(page)).toEqual([]);
    expect(complaints).toEqual([]);
  });

  test('the reference of the API lets one sign in, shows what one may call, and calls it', async () => {
    const key = await made('reader-of-docs', 'operator');
    const { page } = await openPage(browser, `${service.url}/docs`);
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await signIn(page, key);
    await page.waitForURL(`${service.url}/docs`);
    await page.locator('#operations-tag-devices').waitFor();
    expect(await page.getByText('Failed to load API definition').count()).toBe(0);
    await shoot(page, 'reference');
    await page.locator('#operations-tag-stop').click();
    const stopAll = page.locator('#operations-stop-stopAll');
    await stopAll.locator('.opblock-summary-control').click();
    await stopAll.getByRole('button', { name: 'Execute' }).click();
    await stopAll.locator('.live-responses-table .response-col_status').getByText('200').waitFor();
    await ask(`${service.url}/v1/stop`, admin, { method: 'DELETE' });
    expect((await fetch(`${service.url}/docs`, { headers: { authorization: `Bearer ${key}` } })).url).toBe(
      `${service.url}/docs`,
    );
  });

  test('a key that is revoked signs its page out within seconds', async () => {
    const key = await made('guest', 'operator');
    const { page } = await openPage(browser, service.url);
    await signIn(page, key);
    await page.getByText('Live', { exact: true }).waitFor();
    await ask(`${service.url}/v1/keys/guest`, admin, { method: 'DELETE' });
    await page.getByRole('heading', { name: 'Sign in' }).waitFor({ timeout: 5000 });
  });

  test('Stop works signed in while nothing else of the page does', async () => {
    const key = await made('wall', 'operator');
    const context = await browser.newContext();
    try {
      const page = await context.newPage();
      await page.goto(service.url);
      await signIn(page, key);
      await page.getByText('Live', { exact: true }).waitFor();
      await page.route('**/assets/**', (route) => route.abort());
      await page.reload();
      await stopButton(page).click();
      await everythingStops(page);
    } finally {
      await context.close();
      await ask(`${service.url}/v1/stop`, admin, { method: 'DELETE' });
    }
  });

  test('another site’s page changes nothing with the cookie of who is signed in', async () => {
    const signedIn = await ask<{ csrfToken: string }>(`${service.url}/v1/session`, admin, { method: 'POST' });
    const cookie = (signedIn.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
    const stop = async (headers: Record<string, string>): Promise<number> =>
      (await ask(`${service.url}/v1/stop`, { cookie, ...headers }, { method: 'POST' })).status;
    const csrf = { 'bellcrank-csrf-token': signedIn.body.csrfToken };
    expect(await stop({})).toBe(403);
    expect(await stop({ ...csrf, origin: 'http://evil.example' })).toBe(403);
    expect(await stop({ ...csrf, origin: service.url })).toBe(200);
    expect(signedIn.headers.get('set-cookie')).toMatch(/^bellcrank-\d+=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/);
    await ask(`${service.url}/v1/stop`, admin, { method: 'DELETE' });
  });
});
