import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { allReady, type Service, startService } from '../process/service.ts';
import { launch, openPage } from '../support/browser.ts';
import { needs } from '../support/needs.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

/** Nobody waits for less than a browser on a busy machine takes. */
const eventually = { timeout: 20_000 };

const config = `
connections:
  psu-1-line: { simulate: { model: scpi-supply, via: memory } }
  psu-2-line: { simulate: { model: scpi-supply, via: memory } }
  mill-1-line: { simulate: { model: grbl, via: memory } }
devices:
  psu-1: { driver: scpi-supply, connection: psu-1-line }
  psu-2: { driver: scpi-supply, connection: psu-2-line }
  mill-1: { driver: grbl, connection: mill-1-line }
`;

interface Command {
  readonly id: string;
  readonly params: { readonly volts?: number };
}

describe.skipIf(!needs('chromium', 'the history of commands in a browser'))('the history of commands', () => {
  const folder = mkdtempSync(join(tmpdir(), 'bellcrank-commands-'));
  let browser: Browser;
  let service: Service;

  beforeAll(async () => {
    const file = join(folder, 'bellcrank.yaml');
    writeFileSync(file, config);
    const env = { BELLCRANK_STORE__DIRECTORY: join(folder, 'data') };
    [browser, service] = await Promise.all([launch(), startService(file, env, { endsWithTest: false })]);
    await allReady(service);
    for (let volts = 1; volts <= 150; volts++) await setVoltage('psu-1', volts / 10);
    await setVoltage('psu-2', 3.3);
    await service.put('/v1/simulators/psu-2/faults', { faults: [{ kind: 'mute', clearAfterMs: 4000 }] });
    await setVoltage('psu-2', 4);
  });
  afterAll(async () => {
    await browser?.close();
    await service?.end('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });

  const setVoltage = (device: string, volts: number) =>
    service.post(`/v1/devices/${device}/commands/set-voltage`, { volts });
  const rows = (page: Page) => page.getByRole('table', { name: 'Commands' }).locator('tbody').getByRole('row');

  test('is filtered, shows what comes on top, goes back page by page, and keeps its filters in the address', async () => {
    const { page, complaints } = await openPage(browser, `${service.url}/#/commands?device=psu-1`);
    await expect.poll(() => rows(page).count(), eventually).toBe(100);
    await expect.poll(() => rows(page).first().innerText(), eventually).toContain('volts=15');

    await setVoltage('psu-1', 7.7);
    await setVoltage('psu-2', 7.7);
    await expect.poll(() => rows(page).first().innerText(), eventually).toMatch(/psu-1[^]*volts=7.7[^]*succeeded/);
    expect(await rows(page).nth(1).innerText()).toContain('volts=15');

    await page.getByRole('button', { name: 'Show older ones' }).click();
    await expect.poll(() => rows(page).count(), eventually).toBe(151);
    expect(await page.getByRole('button', { name: 'Show older ones' }).count()).toBe(0);

    await page.getByLabel('Device', { exact: true }).fill('psu-2');
    await page.keyboard.press('Enter');
    await page.getByLabel('Outcome').selectOption('unknown');
    await expect.poll(() => rows(page).count(), eventually).toBe(1);
    expect(page.url()).toContain('#/commands?device=psu-2&outcome=unknown');
    await page.reload();
    await expect.poll(() => rows(page).count(), eventually).toBe(1);
    await page.getByRole('button', { name: 'Show all' }).click();
    await expect.poll(() => rows(page).count(), eventually).toBe(100);
    expect(complaints).toEqual([]);
  });

  test('an unknown outcome is told as one, with what is on record of it and where to go on', async () => {
    const { page, complaints } = await openPage(browser, `${service.url}/#/commands?outcome=unknown`);
    await page.getByRole('rowheader').getByRole('link', { name: 'set-voltage' }).click();
    const details = page.getByRole('region', { name: 'Details of the command' });
    await details.getByRole('heading', { name: 'set-voltage' }).waitFor();
    expect(await page.evaluate('document.activeElement.textContent')).toBe('set-voltage');
    const text = await details.innerText();
    expect(text).toMatch(/unknown/i);
    expect(text).not.toMatch(/succeeded|failed/i);
    expect(text).toMatch(/volts\s*4/);
    expect(text).toMatch(/Submitted[^]*Sent[^]*\+ \d+ ms[^]*Ended[^]*\+/);
    expect(await details.getByRole('link', { name: 'device-timeout' }).getAttribute('href')).toBe(
      '/problems/device-timeout',
    );
    expect(await details.getByRole('link', { name: 'psu-2' }).getAttribute('href')).toBe('#/devices/psu-2');
    await details.getByRole('link', { name: 'Close' }).click();
    await expect.poll(() => page.url(), eventually).toMatch(/#\/commands\?outcome=unknown$/);
    expect(complaints).toEqual([]);
  });

  test('what waits is cancelled, and nothing of it leaves', async () => {
    const { page } = await openPage(browser, `${service.url}/#/commands?device=mill-1`);
    // The machine says nothing, and what comes next waits for it.
    await service.put('/v1/simulators/mill-1/faults', { faults: [{ kind: 'mute' }] });
    const flights = [1, 2].map(() => service.post('/v1/devices/mill-1/commands/spindle-off', {}));
    await page.getByLabel('State').selectOption('queued');
    await expect.poll(() => rows(page).count(), eventually).toBe(1);
    await page.getByRole('rowheader').getByRole('link').click();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByText('Nothing has left because it was cancelled').waitFor();
    // It is none of those that wait any more.
    await expect.poll(() => rows(page).count(), eventually).toBe(0);
    await service.put('/v1/simulators/mill-1/faults', { faults: [] });
    expect((await flights[1])?.body).toMatchObject({ outcome: 'not-sent', reason: 'cancelled' });
    await flights[0];
  });

  test('everything that fits is exported, not only what is shown', async () => {
    const { page } = await openPage(browser, `${service.url}/#/commands?device=psu-1&outcome=succeeded`);
    await expect.poll(() => rows(page).count(), eventually).toBe(100);
    const save = async (name: string): Promise<string> => {
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('button', { name: `Export ${name}` }).click(),
      ]);
      expect(download.suggestedFilename()).toBe(`bellcrank-commands.${name.toLowerCase()}`);
      return readFileSync(await download.path(), 'utf8');
    };
    const csv = (await save('CSV')).split('\r\n');
    await page.getByText('151 commands exported.').waitFor();
    expect(csv).toHaveLength(153);
    expect(csv[0]).toMatch(/^id,device,command,params/);
    expect(csv[152]).toBe('');
    const { complete, items } = JSON.parse(await save('JSON')) as { complete: boolean; items: Command[] };
    expect([complete, items.length]).toEqual([true, 151]);
    expect(items.at(-1)?.params.volts).toBe(0.1);
  });
});
