import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { openPage } from '../support/browser.ts';
import { browserLab, eventually } from '../support/browser-lab.ts';
import { needs } from '../support/needs.ts';

const ids = Array.from({ length: 40 }, (_, index) => `psu-${String(index + 1)}`);
const config = `
connections:
${ids.map((id) => `  ${id}: { simulate: { model: scpi-supply, via: memory } }`).join('\n')}
devices:
${ids.map((id) => `  ${id}: { driver: scpi-supply, connection: ${id} }`).join('\n')}
`;

describe.skipIf(!needs('chromium', 'whoever sits at the page'))('whoever sits at the page', () => {
  const lab = browserLab(config);
  const link = (page: Page, name: string) => page.getByRole('link', { name, exact: true });
  const heading = (page: Page, name: string) => page.getByRole('heading', { name, exact: true });
  const live = (page: Page) => page.getByRole('status').getByText('Live').waitFor();

  test('a page that is asked for while nothing answers comes by itself, and the others are there meanwhile', async () => {
    const { page } = await lab.open('');
    await live(page);
    await page.context().setOffline(true);
    await link(page, 'Commands').click();
    await page.getByText('Loading …').waitFor();
    await link(page, 'Devices').click();
    await link(page, 'psu-1').waitFor();
    await link(page, 'Commands').click();
    await page.getByText('Loading …').waitFor();
    await page.context().setOffline(false);
    await heading(page, 'Commands').waitFor(eventually);
    // With its style sheet.
    expect(await page.evaluate('getComputedStyle(document.querySelector(".commands-page")).display')).toBe('grid');
  });

  test('a page that cannot be had from a service that answers takes no other with it', async () => {
    const { page } = await openPage(lab.browser, 'about:blank');
    await page.route('**/assets/AlarmsPage*', (route) => route.abort());
    await page.goto(lab.service.url);
    await live(page);
    await link(page, 'Alarms').click();
    await heading(page, 'This page cannot be shown').waitFor(eventually);
    await link(page, 'Devices').click();
    await link(page, 'psu-1').waitFor();
    await link(page, 'Commands').click();
    await heading(page, 'Commands').waitFor();
  });

  test.each([2, -2])('with a clock that is %i hours ahead nothing is older, or younger, than it is', async (hours) => {
    const { page } = await openPage(lab.browser, 'about:blank');
    await page.addInitScript(`{
      const Own = Date;
      const now = () => Own.now() + ${hours} * 3_600_000;
      globalThis.Date = class extends Own {
        constructor(...given) { super(...(given.length === 0 ? [now()] : given)); }
        static now() { return now(); }
      };
    }`);
    await page.goto(`${lab.service.url}/#/devices/psu-1`);
    const lease = page.locator('#lease');
    await page.getByRole('button', { name: 'Take it', exact: true }).click();
    await expect.poll(() => lease.getByRole('status').innerText(), eventually).toMatch(/\((15:00|14:5\d) left/);
    const seen = page.locator('.device-title .ago');
    await expect.poll(() => seen.innerText(), eventually).toMatch(/^(now|\d+ s ago)$/);
    const age = (await seen.getAttribute('datetime')) ?? '';
    expect(Math.abs(Date.parse(age) - Date.now())).toBeLessThan(60_000);
    expect(await page.locator('#history [role=status]').innerText()).not.toContain('nothing was kept');
    await page.getByRole('button', { name: 'Release', exact: true }).click();
    await lease.getByText('Nobody has this device').waitFor();
  });

  test('each page has its name in the tab, and has the focus when it comes', async () => {
    const { page } = await lab.open('');
    await link(page, 'psu-1').waitFor();
    await expect.poll(() => page.title()).toBe('Devices – Bellcrank');
    // Whoever has loaded the page begins at its top.
    expect(await page.evaluate('document.activeElement.tagName')).toBe('BODY');
    await link(page, 'psu-1').press('Enter');
    await page.getByRole('button', { name: 'Stop psu-1' }).waitFor();
    await expect.poll(() => page.title()).toBe('psu-1 – Bellcrank');
    expect(await page.evaluate('document.activeElement.id')).toBe('main');
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Stop psu-1');
    await page.goto(`${lab.service.url}/#/nothing`);
    await expect.poll(() => page.title()).toBe('There is no such page – Bellcrank');
  });

  test('what is printed of rows out of sight is as it is, and dark on white', async () => {
    const { page } = await lab.open('');
    await link(page, 'psu-40').waitFor({ state: 'attached' });
    await live(page);
    await lab.service.post('/v1/devices/psu-40/commands/output', { on: true });
    await lab.service.post('/v1/devices/psu-40/commands/set-voltage', { volts: 7.25 });
    await expect
      .poll(async () => JSON.stringify(await lab.service.get('/v1/devices/psu-40/properties/measured-voltage')))
      .toContain('7.25');
    await page.getByLabel('Theme').selectOption('dark');
    await page.emulateMedia({ media: 'print' });
    // As a print has it: nothing is drawn in between, and the row is out of sight again.
    const printed = `(() => {
      dispatchEvent(new Event('beforeprint'));
      const { textContent } = [...document.querySelectorAll('[role=row]')].at(-1);
      dispatchEvent(new Event('afterprint'));
      return textContent;
    })()`;
    await expect.poll(() => page.evaluate<string>(printed)).toContain('7.25');
    expect(await page.evaluate('getComputedStyle(document.body).color')).toBe('rgb(20, 24, 27)');
  });

  test('who zooms out of what leads up to now sees the past, and not the future', async () => {
    const { page } = await lab.open('#/devices/psu-2');
    const hint = page.locator('#history [role=status]');
    await page.getByRole('button', { name: '7 days' }).click();
    for (let turn = 0; turn < 4; turn += 1) await page.getByRole('button', { name: 'Zoom out' }).click();
    await expect.poll(() => hint.innerText()).toMatch(/^The last 112 days:/);
    await page.getByRole('button', { name: 'Earlier' }).click();
    await expect.poll(() => hint.innerText()).toMatch(/ to .*:/);
    for (let turn = 0; turn < 3; turn += 1) await page.getByRole('button', { name: 'Later' }).click();
    await expect.poll(() => hint.innerText()).toMatch(/^The last 112 days:/);
    expect(await page.getByRole('button', { name: 'Follow' }).getAttribute('aria-pressed')).toBe('true');
  });

  test('what was said of a stop goes with it', async () => {
    const { page } = await lab.open('#/devices/psu-3');
    const head = page.locator('.device-head');
    await page.getByRole('button', { name: 'Stop psu-3' }).click();
    await head.getByText('The device acknowledged Stop.').waitFor(eventually);
    await head.getByText('it takes no commands').waitFor();
    await fetch(`${lab.service.url}/v1/devices/psu-3/stop`, { method: 'DELETE' });
    await head.getByText('it takes no commands').waitFor({ state: 'hidden' });
    await expect.poll(() => head.innerText()).not.toMatch(/acknowledged|Released/);
    await lab.service.post('/v1/simulators/psu-3/press', { button: 'unplug' });
    await head.getByText('It is offline').waitFor(eventually);
    await page.getByRole('button', { name: 'Stop psu-3' }).click();
    await head.getByText('Not stopped: nothing was sent.').waitFor(eventually);
    await lab.service.post('/v1/simulators/psu-3/press', { button: 'plug' });
    await head.getByText('ready', { exact: true }).waitFor(eventually);
    await expect.poll(() => head.innerText()).not.toContain('Not stopped');
    await fetch(`${lab.service.url}/v1/devices/psu-3/stop`, { method: 'DELETE' });
  });

  test('a value that is too long for its row, and a result, can be read whole', async () => {
    const { page } = await openPage(lab.browser, 'about:blank');
    const whole = 'The quick brown fox jumps over the lazy dog. '.repeat(4);
    const detail = await lab.service.get<{ properties: object; commands: object }>('/v1/devices/psu-4');
    const note = { summary: 'Note', access: 'read', source: 'pushed', schema: { type: 'string' } };
    const properties = { ...detail.properties, note };
    await page.route('**/v1/devices/psu-4', (route) => route.fulfill({ json: { ...detail, properties } }));
    const known = { name: 'note', value: whole, unit: null, at: new Date().toISOString(), quality: 'good' };
    const told = { device: 'psu-4', source: 'pushed', simulated: true, ...known };
    await page.route('**/v1/stream*', async (route) => {
      const answer = await fetch(`${lab.service.url}/v1/devices/psu-4`);
      const device = (await answer.json()) as object;
      const snapshot = { kind: 'device', device, properties: [told], lease: null, commands: [], simulated: true };
      const event = (type: string, data: unknown): string => `event: ${type}\ndata: ${JSON.stringify(data)}\n\n`;
      await route.fulfill({
        contentType: 'text/event-stream',
        body: event('snapshot', snapshot) + event('synced', {}),
      });
    });
    await page.goto(`${lab.service.url}/#/devices/psu-4`);
    const row = page.locator('[data-property="note"]');
    await row.getByText('All of it').click();
    expect(await row.locator('details').innerText()).toContain(whole.trim());
  });

  test('what could not be asked for is asked again once the service is back', async () => {
    const { page } = await lab.open('#/simulators');
    await link(page, 'Discovery').click();
    await page.getByRole('button', { name: 'Add a device' }).waitFor();
    await link(page, 'Devices').click();
    await link(page, 'psu-1').waitFor();
    await page.context().setOffline(true);
    for (const [name, sign] of [
      ['Simulators', 'psu-1 scpi-supply'],
      ['Discovery', undefined],
    ] as const) {
      await link(page, name).click();
      await page.getByText('The service does not answer.', { exact: true }).waitFor(eventually);
      await page.context().setOffline(false);
      await page.getByText('The service does not answer.', { exact: true }).waitFor({ state: 'hidden', ...eventually });
      if (sign !== undefined) await page.getByRole('link', { name: sign }).waitFor();
      await page.context().setOffline(true);
    }
    await page.context().setOffline(false);
  });

  test('a question that the service had no time for is asked again', async () => {
    const { page } = await openPage(lab.browser, 'about:blank');
    let asked = 0;
    await page.route('**/v1/alarms*', async (route) => {
      asked += 1;
      const problem = { code: 'overloaded', status: 503, detail: 'too much at once' };
      if (asked > 1) return await route.continue();
      return await route.fulfill({
        status: 503,
        contentType: 'application/problem+json',
        body: JSON.stringify(problem),
      });
    });
    await page.goto(`${lab.service.url}/#/alarms`);
    await page.getByText('too much at once').waitFor();
    await page.getByText('None that was seen is over.').waitFor(eventually);
    expect(await page.getByText('too much at once').count()).toBe(0);
  });

  test('the wire of a command of long ago says that it is gone, and not that it is to come', async () => {
    const { page } = await lab.open('#/devices/psu-6?trace=long-ago');
    await page.getByText('Nothing of it is kept here').waitFor();
  });

  test('nothing is read aloud again and again while nothing happens', async () => {
    const { page } = await lab.open('#/devices/psu-7');
    await page.locator('#history [role=status]').getByText('The last 60 min').waitFor();
    await page.getByRole('button', { name: 'Take it', exact: true }).click();
    await page.getByText('You have it').waitFor(eventually);
    // Three seconds by what the page shows of them.
    const heard = await page.evaluate<string[]>(`new Promise((resolve) => {
      const heard = [];
      const observer = new MutationObserver((changes) => {
        for (const { target } of changes) {
          const element = target instanceof Element ? target : target.parentElement;
          const region = element.closest('[role=status], [role=alert], [aria-live]');
          if (region !== null && element.closest('[aria-hidden=true]') === null) heard.push(region.textContent);
        }
      });
      observer.observe(document.body, { subtree: true, childList: true, characterData: true });
      let ticks = 0;
      const left = document.querySelector('#lease [aria-hidden=true]');
      new MutationObserver(() => (ticks += 1) >= 3 && resolve(heard)).observe(left, { subtree: true, characterData: true });
    })`);
    expect(heard).toEqual([]);
    await page.getByRole('button', { name: 'Release', exact: true }).click();
  });

  test('what has left and cannot be aborted is not offered to be cancelled', async () => {
    const { page } = await openPage(lab.browser, 'about:blank');
    const at = new Date().toISOString();
    const own = {
      device: 'psu-8',
      params: {},
      confirmation: null,
      by: 'me',
      simulated: true,
      endedAt: null,
      links: {},
    };
    const items = [
      { ...own, id: 'c-2', command: 'set-current', state: 'queued', submittedAt: at, sentAt: null },
      { ...own, id: 'c-1', command: 'set-voltage', state: 'sent', submittedAt: at, sentAt: at },
    ];
    await page.route(/v1\/commands\?/, (route) => route.fulfill({ json: { items } }));
    await page.goto(`${lab.service.url}/#/devices/psu-8`);
    const recent = page.locator('#recent');
    for (const [name, offered] of [
      ['set-voltage', 0],
      ['set-current', 1],
    ] as const) {
      await recent.getByRole('button', { name }).click();
      await recent.getByText('all that is on record of it').waitFor();
      expect(await recent.getByRole('button', { name: 'Cancel it' }).count(), name).toBe(offered);
      await recent.getByRole('button', { name }).click();
    }
  });
});
