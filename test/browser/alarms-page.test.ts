import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { allReady, type Service, startService } from '../process/service.ts';
import { axeFindings } from '../support/axe.ts';
import { launch, openPage } from '../support/browser.ts';
import { needs } from '../support/needs.ts';
import { shoot } from '../support/page-checks.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

/** Nobody waits for less than a browser on a busy machine takes. */
const eventually = { timeout: 20_000 };

const config = `
connections:
  oven-line: { simulate: { model: bellcrank-oven, via: memory } }
devices:
  oven-1: { driver: bellcrank-oven, connection: oven-line }
alarms:
  - { name: too-hot, device: oven-1, property: temperature, high: 80, severity: critical, message: Switch the heater off. }
  - { name: warm, device: oven-1, property: temperature, high: 60 }
`;

interface Alarms {
  readonly items: readonly { readonly alarm: string; readonly state: string; readonly open: boolean }[];
}

describe.skipIf(!needs('chromium', 'alarms in a browser'))('the page of alarms', () => {
  const folder = mkdtempSync(join(tmpdir(), 'bellcrank-alarms-'));
  let browser: Browser;
  let service: Service;

  beforeAll(async () => {
    const file = join(folder, 'bellcrank.yaml');
    writeFileSync(file, config);
    const env = { BELLCRANK_STORE__DIRECTORY: join(folder, 'data') };
    [browser, service] = await Promise.all([launch(), startService(file, env, { endsWithTest: false })]);
    await allReady(service);
  });
  afterAll(async () => {
    await browser?.close();
    await service?.end('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });

  const heat = (temperature: number) =>
    fetch(`${service.url}/v1/simulators/oven-1/state`, {
      method: 'PATCH',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ temperature }),
    });

  test('an alarm is there as soon as it is raised, is acknowledged, and is over when the value has come back', async () => {
    const { page, complaints } = await openPage(browser, `${service.url}/#/alarms`);
    await page.getByText('No alarm is open.').waitFor();
    expect((await heat(90)).status).toBe(200);
    const open = page.getByRole('region', { name: 'Open' }).getByRole('listitem');
    await expect.poll(() => open.count(), eventually).toBe(2);
    // What is critical comes first.
    const first = await open.first().innerText();
    expect(first).toMatch(
      /critical[^]*too-hot[^]*oven-1[^]*SIMULATED[^]*nobody has seen it[^]*above 80[^]*Switch the heater off/,
    );
    expect(await open.nth(1).innerText()).toMatch(/warning[^]*warm/);
    await shoot(page, 'alarms raised');
    expect(await axeFindings(page)).toEqual([]);

    await page.getByRole('button', { name: 'Acknowledge too-hot of oven-1' }).click();
    await expect.poll(() => open.last().innerText(), eventually).toMatch(/too-hot[^]*seen by anonymous/);
    await heat(20);
    // It was not seen: it stays until somebody does.
    await expect.poll(() => open.count(), eventually).toBe(1);
    await expect.poll(() => open.first().innerText(), eventually).toMatch(/warm[^]*over, and nobody has seen it/);
    const over = page.getByRole('region', { name: 'Over' }).getByRole('listitem');
    await expect.poll(() => over.count(), eventually).toBe(1);
    expect(await over.first().innerText()).toMatch(/too-hot[^]*seen by anonymous/);

    await page.getByRole('button', { name: 'Acknowledge warm of oven-1' }).press('Enter');
    await page.getByText('No alarm is open.').waitFor();
    await expect.poll(() => over.count(), eventually).toBe(2);
    await page.getByLabel('Severity').selectOption('critical');
    await expect.poll(() => over.count(), eventually).toBe(1);
    expect(page.url()).toMatch(/#\/alarms\?severity=critical$/);
    const { items } = await service.get<Alarms>('/v1/alarms');
    expect(items.map(({ state, open: isOpen }) => [state, isOpen])).toEqual([
      ['cleared', false],
      ['cleared', false],
    ]);
    expect(complaints).toEqual([]);
  });
});
