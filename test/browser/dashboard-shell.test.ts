import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterEach, describe, expect, test } from 'vitest';
import { startService } from '../process/service.ts';
import { axeFindings } from '../support/axe.ts';
import { openPage } from '../support/browser.ts';
import { browserLab } from '../support/browser-lab.ts';
import { startFakeLab } from '../support/fake-lab.ts';
import { startFront } from '../support/front.ts';
import { needs } from '../support/needs.ts';
import { shoot } from '../support/page-checks.ts';
import { everythingStops } from '../support/stop-sheet.ts';
import { temporaryFolder } from '../wire/support.ts';

const config = `
connections:
  psu-1-line: { simulate: { model: scpi-supply, via: pty, options: { outputOn: true } } }
  psu-2-line: { simulate: { model: scpi-supply, via: tcp } }
  house: { simulate: { model: tasmota, via: mqtt, options: { topic: plug-1 } } }
  gps-line: { simulate: { model: nmea0183, via: tcp, options: { speed: 1.5, course: 310 } } }
devices:
  psu-1: { driver: scpi-supply, connection: psu-1-line, labels: { bench: left } }
  psu-2: { driver: scpi-supply, connection: psu-2-line, labels: { bench: right } }
  plug-1: { driver: tasmota, connection: house, options: { topic: plug-1 }, labels: { bench: left } }
  gps-1: { driver: nmea0183, connection: gps-line }
`;

interface Device {
  readonly id: string;
  readonly stopped: boolean;
}

describe.skipIf(!needs('chromium', 'the dashboard in a browser'))('the dashboard', () => {
  const lab = browserLab(config);

  afterEach(async () => {
    await fetch(`${lab.service.url}/v1/stop`, { method: 'DELETE' });
  });
  const devices = async (): Promise<readonly Device[]> =>
    (await lab.service.get<{ readonly items: readonly Device[] }>('/v1/devices')).items;
  const stopped = async (): Promise<number> => (await devices()).filter((device) => device.stopped).length;
  const row = (page: Page, id: string) =>
    page.getByRole('row').filter({ has: page.getByRole('link', { name: id, exact: true }) });
  const report = (page: Page) => page.getByRole('region', { name: 'Stop' });
  const stopButton = (page: Page) => page.getByRole('button', { name: /^Stop/ });
  const fits = async (page: Page): Promise<unknown> =>
    await page.evaluate('document.documentElement.scrollWidth <= innerWidth');

  test('it loads with every device, and says that they are simulated', async () => {
    const { page, complaints } = await lab.open('');
    for (const { id } of await devices()) {
      await row(page, id).getByText('ready', { exact: true }).waitFor();
      await row(page, id).getByText('SIMULATED', { exact: true }).waitFor();
    }
    await page.getByText('Live', { exact: true }).waitFor();
    await page.getByText('all of them').waitFor();
    expect(await page.getByRole('row').count()).toBe(5);
    expect(complaints).toEqual([]);
  });

  test('values move by themselves', async () => {
    const { page } = await lab.open('');
    await row(page, 'psu-1').getByText('measured-voltage').waitFor();
    for (const volts of [7, 3.25]) {
      await lab.service.post('/v1/devices/psu-1/commands/set-voltage', { volts });
      await expect.poll(() => row(page, 'psu-1').innerText()).toMatch(new RegExp(`measured-voltage\\s+${volts}\\s*V`));
    }
  });

  test('devices are searched, filtered, grouped and sorted, and reached with the keyboard alone', async () => {
    const { page, complaints } = await lab.open('');
    await row(page, 'psu-1').waitFor();
    const names = () => page.locator('.device-table a.name').allInnerTexts();
    await page.getByRole('button', { name: 'Device' }).click();
    await expect.poll(names).toEqual(['psu-2', 'psu-1', 'plug-1', 'gps-1']);
    await page.getByRole('button', { name: 'Device' }).click();
    await page.getByLabel('Group by').selectOption('bench');
    await page.getByRole('heading', { name: 'bench: left' }).waitFor();
    await expect.poll(names).toEqual(['plug-1', 'psu-1', 'psu-2', 'gps-1']);
    await page.getByRole('link', { name: 'plug-1' }).focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('End');
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'psu-2' }).waitFor();
    await page.goBack();
    await page.getByRole('heading', { name: 'bench: left' }).waitFor();
    await page.getByLabel('Search').fill('bench=left psu');
    await expect.poll(names).toEqual(['psu-1']);
    await page.getByLabel('Search').fill('');
    await page.getByLabel('Show').selectOption('not ready');
    await page.getByRole('button', { name: 'Show all' }).click();
    await expect.poll(names).toHaveLength(4);
    expect(complaints).toEqual([]);
  });

  test('Stop stops everything, says what each device confirmed, stays in view, and is released only when asked twice', async () => {
    await lab.service.post('/v1/devices/psu-1/commands/set-voltage', { volts: 5 });
    const { page, complaints } = await lab.open('');
    await row(page, 'psu-1').waitFor();
    await stopButton(page).click();
    await everythingStops(page);
    expect(await stopped()).toBe(4);
    const item = (id: string) => report(page).getByRole('listitem').filter({ hasText: id });
    // The answer is the service's own: what was confirmed is what it says there.
    const outcome = async (): Promise<unknown> => {
      const { items } = (await lab.service.post('/v1/stop', {})).body as {
        items: { device: string; outcome: string }[];
      };
      return items.find(({ device }) => device === 'psu-1')?.outcome;
    };
    // A device that a busy machine keeps from answering in time is asked again, as on the page.
    await expect.poll(outcome, { timeout: 20_000, interval: 500 }).toBe('succeeded');
    expect(await item('psu-1').innerText()).toMatch(/SIMULATED.*(read back|acknowledged)/);
    expect(await item('gps-1').innerText()).toMatch(/declares no stop/);
    await row(page, 'psu-1').getByText('stopped', { exact: true }).waitFor();

    await report(page).getByRole('button', { name: 'Close' }).click();
    await report(page).getByText('Stopped: no device takes commands').waitFor();
    await report(page).getByRole('button', { name: 'Release …' }).click();
    await report(page).getByRole('button', { name: 'Keep stopped' }).click();
    expect(await stopped()).toBe(4);
    await report(page).getByRole('button', { name: 'Release …' }).click();
    await report(page).getByRole('button', { name: 'Release all' }).click();
    await report(page).getByText('Released', { exact: true }).waitFor();
    expect(await stopped()).toBe(0);
    await row(page, 'psu-1').getByText('stopped', { exact: true }).waitFor({ state: 'hidden' });
    await row(page, 'psu-1').getByRole('link', { name: 'psu-1' }).click();
    await report(page).waitFor({ state: 'hidden' });
    expect(complaints).toEqual([]);
  });

  test('Ctrl + . stops while somebody types, and writes nothing', async () => {
    const { page } = await lab.open('');
    await page.getByLabel('Search').fill('psu');
    await page.keyboard.type('.');
    expect(await stopped()).toBe(0);
    await page.keyboard.press('Control+.');
    await everythingStops(page);
    expect(await stopped()).toBe(4);
    expect(await page.getByLabel('Search').inputValue()).toBe('psu.');
  });

  test('what somebody else stopped shows as well, and so does its release', async () => {
    const { page } = await lab.open('');
    await row(page, 'psu-1').waitFor();
    await lab.service.post('/v1/stop', {});
    await report(page).getByText('Stopped: no device on this page takes commands').waitFor();
    await fetch(`${lab.service.url}/v1/stop`, { method: 'DELETE' });
    await report(page).getByText('Released', { exact: true }).waitFor();
  });

  const breakages: Readonly<Record<string, (page: Page) => Promise<unknown>>> = {
    'the rest of the page never comes': (page) => page.route('**/assets/**', (route) => route.abort()),
    'the rest of the page does not end to come': (page) => page.route('**/assets/**', () => {}),
    'everything that renders throws': (page) =>
      page.addInitScript(
        'Object.defineProperty(globalThis, "MessageChannel", { get() { throw new Error("broken") } })',
      ),
    'the page of devices throws': (page) => page.addInitScript('Map.groupBy = undefined; Intl.Collator = undefined'),
    'nothing comes from the stream': (page) => page.route('**/v1/stream*', () => {}),
    'nothing is kept by the browser': (page) =>
      page.addInitScript(
        'for (const name of ["localStorage", "sessionStorage"]) ' +
          'Object.defineProperty(globalThis, name, { get() { throw new Error("denied") } })',
      ),
  };

  test.each(Object.entries(breakages))('Stop works when %s', async (_, breakPage) => {
    const page = await lab.browser.newPage();
    try {
      await breakPage(page);
      await page.goto(lab.service.url, { waitUntil: 'commit' });
      await stopButton(page).click();
      await everythingStops(page);
      expect(await stopped()).toBe(4);
      await report(page).getByRole('button', { name: 'Release …' }).click();
      await report(page).getByRole('button', { name: 'Release all' }).click();
      await report(page).getByText('Released', { exact: true }).waitFor();
      expect(await stopped()).toBe(0);
    } finally {
      await page.close();
    }
  });

  test('Stop works without JavaScript', async () => {
    const context = await lab.browser.newContext({ javaScriptEnabled: false });
    try {
      const page = await context.newPage();
      await page.goto(lab.service.url);
      await stopButton(page).click();
      await page.getByText('"stopped":true').waitFor();
      expect(await stopped()).toBe(4);
    } finally {
      await context.close();
    }
  });

  test('Stop gets through while everything else holds every connection that the browser has, in other tabs as well', async () => {
    const context = await lab.browser.newContext();
    try {
      const [page, other] = [await context.newPage(), await context.newPage()];
      for (const each of [page, other]) {
        await each.goto(lab.service.url);
        await row(each, 'psu-1').waitFor();
      }
      // Six are all that there are.
      await other.evaluate('for (let i = 0; i < 6; i += 1) void fetch("/v1/stream").catch(() => {})');
      const answered =
        'Promise.race([fetch("/v1/devices").then(() => true), new Promise((after) => setTimeout(after, 500, false))])';
      await expect.poll(() => page.evaluate(answered)).toBe(false);
      await stopButton(page).click();
      await expect.poll(stopped, { timeout: 10_000 }).toBe(4);
      await everythingStops(page);
      for (const each of [page, other]) await each.getByText('Live', { exact: true }).waitFor();
    } finally {
      await context.close();
    }
  });

  test('a Stop that nobody answers is not said to have arrived, and can be sent again', async () => {
    const front = await startFront(lab.service.url);
    const { page } = await openPage(lab.browser, front.url);
    await row(page, 'psu-1').waitFor();
    front.target = undefined;
    await stopButton(page).click();
    await report(page).getByText('It is not known whether Stop arrived').waitFor();
    expect(await report(page).innerText()).toContain('emergency stop');
    expect(await stopped()).toBe(0);
    front.target = lab.service.url;
    await report(page).getByRole('button', { name: 'Send Stop again' }).click();
    await everythingStops(page);
    expect(await stopped()).toBe(4);
  });

  test('a server that is lost is said so at once, everything is old, and it goes on by itself', async () => {
    const folder = temporaryFolder();
    const file = join(folder, 'bellcrank.yaml');
    writeFileSync(file, config);
    const env = { BELLCRANK_STORE__DIRECTORY: join(folder, 'data') };
    const first = await startService(file, env);
    const front = await startFront(first.url);
    const { page } = await openPage(lab.browser, front.url);
    await page.getByText('Live', { exact: true }).waitFor();
    await row(page, 'psu-1').waitFor();
    await page.evaluate('globalThis.notReloaded = true');

    await first.end('SIGKILL');
    await page.getByText('Connection lost: everything shown is old.').waitFor({ timeout: 5000 });
    const line = 'getComputedStyle(document.querySelector(".row .number")).textDecorationStyle';
    expect(await page.evaluate(line)).toBe('dashed');
    expect(await axeFindings(page)).toEqual([]);
    await shoot(page, 'devices-lost');

    const second = await startService(file, env);
    front.target = second.url;
    await page.getByText('Live', { exact: true }).waitFor({ timeout: 45_000 });
    await second.post('/v1/devices/psu-1/commands/set-voltage', { volts: 9 });
    await expect.poll(() => row(page, 'psu-1').innerText(), { timeout: 15_000 }).toMatch(/measured-voltage\s+9\s*V/);
    expect(await page.evaluate('globalThis.notReloaded')).toBe(true);
  });

  test('an empty lab says how to fill it', async () => {
    const empty = await startFakeLab({ devices: 0 });
    const { page } = await openPage(lab.browser, empty.url);
    await page.getByRole('heading', { name: 'There is no device yet' }).waitFor();
    expect(await axeFindings(page)).toEqual([]);
  });

  test.each(['light', 'dark'] as const)('axe finds nothing, and every size fits, in %s', async (colorScheme) => {
    for (const [width, height] of [
      [390, 844],
      [1280, 800],
      [1920, 1080],
    ] as const) {
      const page = await lab.browser.newPage({ viewport: { width, height }, colorScheme });
      try {
        await page.goto(lab.service.url);
        await row(page, 'psu-1').getByText('ready').waitFor();
        expect(await axeFindings(page)).toEqual([]);
        expect(await fits(page)).toBe(true);
        await shoot(page, `devices-${width}-${colorScheme}`);
        await stopButton(page).click();
        await everythingStops(page);
        await row(page, 'psu-1').getByText('stopped', { exact: true }).waitFor();
        expect(await axeFindings(page)).toEqual([]);
        expect(await fits(page)).toBe(true);
        await shoot(page, `stopped-${width}-${colorScheme}`);
        await report(page).getByRole('button', { name: 'Close' }).click();
        expect(await axeFindings(page)).toEqual([]);
        await fetch(`${lab.service.url}/v1/stop`, { method: 'DELETE' });
        await report(page).getByText('Released', { exact: true }).waitFor();
      } finally {
        await page.close();
      }
    }
  });

  test('the theme is chosen, kept, and there before anything is painted', async () => {
    const { page } = await lab.open('');
    const ground = () => page.evaluate('getComputedStyle(document.documentElement).backgroundColor');
    await page.getByLabel('Theme').selectOption('dark');
    const dark = await ground();
    await page.getByLabel('Theme').selectOption('light');
    expect(await ground()).not.toBe(dark);
    await page.getByLabel('Theme').selectOption('dark');
    await page.route('**/assets/*.js', (route) => route.abort());
    await page.reload();
    expect(await ground()).toBe(dark);
  });
});
