import type { Page, Route } from 'playwright-core';
import { afterEach, describe, expect, test } from 'vitest';
import { openPage } from '../support/browser.ts';
import { browserLab, eventually } from '../support/browser-lab.ts';
import { needs } from '../support/needs.ts';

const config = `
connections:
  psu-1-line: { simulate: { model: scpi-supply, via: memory } }
  psu-2-line: { simulate: { model: scpi-supply, via: memory, seed: 2 } }
devices:
  psu-1: { driver: scpi-supply, connection: psu-1-line }
  psu-2: { driver: scpi-supply, connection: psu-2-line }
`;

interface Detail {
  readonly commands: Readonly<Record<string, { readonly params: { readonly properties: Record<string, object> } }>>;
  readonly properties: Readonly<Record<string, unknown>>;
}

describe.skipIf(!needs('chromium', 'what the page shows in a browser'))('nothing old passes for what is', () => {
  const lab = browserLab(config);
  const row = (page: Page, id: string) =>
    page.getByRole('row').filter({ has: page.getByRole('link', { name: id, exact: true }) });
  const sheet = (page: Page) => page.getByRole('region', { name: 'Stop' });
  const release = (path: string) => fetch(`${lab.service.url}${path}/stop`, { method: 'DELETE' });
  const formOf = async (page: Page, name: string) => {
    const form = page.locator(`[data-command-name="${name}"]`);
    await form.getByRole('button').first().click();
    return form;
  };

  afterEach(async () => {
    await release('/v1');
    await lab.service.post('/v1/simulators/psu-1/press', { button: 'plug' });
  });

  test('the last values of a device that is away are old in the list as well', async () => {
    const { page } = await lab.open('');
    await expect.poll(() => row(page, 'psu-1').innerText(), eventually).toMatch(/ready\s[^]*measured-voltage/);
    expect(await row(page, 'psu-1').innerText()).not.toMatch(/\bold\b/);
    await lab.service.post('/v1/simulators/psu-1/press', { button: 'unplug' });
    await expect.poll(() => row(page, 'psu-1').innerText(), eventually).toMatch(/offline|connecting|recovering/);
    expect((await row(page, 'psu-1').innerText()).match(/\bold\b|not valid/g)).toHaveLength(3);
  });

  test('once one of all that are stopped is released, it is not said any more that none takes commands', async () => {
    const { page } = await lab.open('');
    await row(page, 'psu-2').getByText('ready').waitFor();
    await lab.service.post('/v1/stop', {});
    await sheet(page).getByText('Stopped: no device on this page takes commands').waitFor();
    await release('/v1/devices/psu-1');
    const some = sheet(page).getByText('Not everything is stopped any more: 1 of 2 devices is');
    await some.waitFor();
    await sheet(page).getByRole('button', { name: 'Release …' }).click();
    await sheet(page).getByRole('button', { name: 'Keep stopped' }).click();
    await some.waitFor();
    await lab.service.post('/v1/devices/psu-1/stop', {});
    await sheet(page).getByText('Stopped: no device on this page takes commands').waitFor();
    await release('/v1/devices/psu-2');
    await some.waitFor();
    await sheet(page).getByRole('button', { name: 'Close' }).click();
    expect(await sheet(page).isVisible()).toBe(false);
    await lab.service.post('/v1/devices/psu-2/stop', {});
    await sheet(page).getByText('Stopped: no device on this page takes commands').waitFor();
    await release('/v1');
    await sheet(page).getByText('Released', { exact: true }).waitFor();
  });

  test('what was answered to Stop is not left standing either', async () => {
    const { page } = await lab.open('');
    await row(page, 'psu-2').getByText('ready').waitFor();
    await page.getByRole('button', { name: /^Stop/ }).first().click();
    await sheet(page)
      .getByRole('heading', { name: /^(Stopped, but|Everything)/ })
      .waitFor();
    await row(page, 'psu-2').getByText('stopped', { exact: true }).waitFor();
    await release('/v1/devices/psu-2');
    await sheet(page).getByText('Not everything is stopped any more: 1 of 2 devices is').waitFor();
  });

  test('a model that has changed under its name has its form changed, and what it has no longer is gone', async () => {
    const detail = await lab.service.get<Detail>('/v1/devices/psu-1');
    const properties = await lab.service.get<{ items: { name: string }[] }>('/v1/devices/psu-1/properties');
    const { page } = await openPage(lab.browser, 'about:blank', 1280);
    const view = { ...detail, detail: undefined };
    const event = (type: string, data: object, id?: number): string =>
      `${id === undefined ? '' : `id: ${id}\n`}event: ${type}\ndata: ${JSON.stringify(data)}\n\n`;
    const snapshot = { kind: 'device', device: view, properties: properties.items, lease: null, commands: [] };
    const stages = [
      event('snapshot', snapshot) + event('synced', { at: '', devices: 1 }, 1),
      event('device', { device: 'psu-1', change: 'model', at: '', view: { ...view } }, 2),
    ];
    let isNew = false;
    await page.route('**/v1/stream*', async (route) => {
      const body = stages[isNew ? 1 : 0];
      await route.fulfill({ headers: { 'content-type': 'text/event-stream' }, body: body ?? '' });
    });
    const setVoltage = detail.commands['set-voltage'];
    const volts = { ...setVoltage?.params.properties['volts'], maximum: 3 };
    const params = { ...setVoltage?.params, properties: { volts } };
    const changed = { ...detail, commands: { 'set-voltage': { ...setVoltage, params } } };
    await page.route('**/v1/devices/psu-1', (route) => route.fulfill({ json: isNew ? changed : detail }));
    await page.route('**/v1/devices/psu-1/properties', (route) =>
      route.fulfill({ json: { items: properties.items.filter(({ name }) => name !== 'measured-voltage') } }),
    );
    await page.goto(`${lab.service.url}/#/devices/psu-1`);
    const form = await formOf(page, 'set-voltage');
    expect(await form.locator('.hint').first().innerText()).not.toMatch(/to 3 V/);
    await page.locator('[data-property="measured-voltage"] .reading-value').waitFor();
    isNew = true;
    await form.getByText(/0 to 3 V/).waitFor();
    await page.locator('[data-property="measured-voltage"]').getByText('not known yet').waitFor();
    await page.getByRole('link', { name: 'Devices', exact: true }).click();
    expect(await row(page, 'psu-1').innerText()).not.toContain('measured-voltage');
  });

  test('a device that could not be asked for is asked for again, while the page is live', async () => {
    const { page } = await lab.open('');
    await row(page, 'psu-1').waitFor();
    await page.route('**/v1/devices/psu-1', (route) => route.abort(), { times: 1 });
    await page.getByRole('link', { name: 'psu-1', exact: true }).click();
    await page.getByText('The service does not answer.').waitFor();
    await page.getByRole('heading', { name: 'Commands', exact: true }).waitFor();
  });

  test('the token of a lease that is over goes along with nothing any more', async () => {
    const { page } = await lab.open('#/devices/psu-1');
    await page.locator('#lease').getByRole('button', { name: 'Take it' }).click();
    await page.getByText('You have it').waitFor();
    const taken = await fetch(`${lab.service.url}/v1/devices/psu-1/lease?steal=true`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ ttlMs: 500 }),
    });
    expect(taken.status).toBe(201);
    await page.getByText('Nobody has this device for themselves').waitFor();
    const form = await formOf(page, 'set-voltage');
    await form.getByLabel('Voltage').fill('1');
    await form.getByRole('button', { name: 'Send to the simulator' }).click();
    await form.getByText('Done', { exact: true }).waitFor();
  });

  test('on a phone, too, it is said how many are simulated if not all are', async () => {
    const detail = await lab.service.get<object>('/v1/devices/psu-1');
    const { page } = await openPage(lab.browser, 'about:blank', 360);
    const snapshots = ['psu-1', 'real-1'].map((id) => {
      const device = { ...detail, id, simulated: id === 'psu-1' };
      const data = { kind: 'device', device, properties: [], lease: null, commands: [], simulated: device.simulated };
      return `event: snapshot\ndata: ${JSON.stringify(data)}\n\n`;
    });
    const body = `${snapshots.join('')}id: 1\nevent: synced\ndata: {"at":"","devices":2}\n\n`;
    await page.route('**/v1/stream*', (route) =>
      route.fulfill({ headers: { 'content-type': 'text/event-stream' }, body }),
    );
    await page.goto(lab.service.url);
    await row(page, 'real-1').waitFor();
    expect(await page.getByRole('region', { name: 'State' }).innerText()).toMatch(/SIMULATED\s*1\b/);
  });

  test('that there is no alarm, and no device, is said once it is known', async () => {
    const { page } = await openPage(lab.browser, 'about:blank');
    await page.route('**/v1/stream*', () => {});
    await page.goto(`${lab.service.url}/#/alarms`);
    const open = page.getByRole('region', { name: 'Open' });
    await open.getByText('Waiting for the service …').waitFor();
    expect(await page.getByRole('region', { name: 'State' }).innerText()).toBe('Connecting …');
    await page.unroute('**/v1/stream*');
    await page.reload();
    await open.getByText('No alarm is open.').waitFor();
    await page.getByRole('region', { name: 'State' }).getByText('devices').waitFor();
  });

  test('a machine that wakes from its sleep takes nothing for live that it has not heard since', async () => {
    const { page } = await openPage(lab.browser, 'about:blank');
    await page.clock.install();
    await page.goto(lab.service.url);
    await page.getByText('Live', { exact: true }).waitFor();
    await row(page, 'psu-1').waitFor();
    // The connection is there, as far as anybody can tell, and nobody answers.
    const held: Route[] = [];
    await page.route('**/v1/stream*', (route) => void held.push(route));
    await page.clock.setSystemTime(new Date(Date.now() + 3_600_000));
    await page.getByText('Connection lost: everything shown is old.').waitFor(eventually);
    await page.unroute('**/v1/stream*');
    for (const route of held) await route.abort().catch(() => {});
    await page.getByText('Live', { exact: true }).waitFor(eventually);
  });

  test('where the system has colours of its own, what is chosen looks like nothing else', async () => {
    const { page } = await lab.open('#/devices/psu-1');
    await page.emulateMedia({ forcedColors: 'active' });
    const form = await formOf(page, 'output');
    await form.getByRole('radio', { name: 'Yes', exact: true }).check();
    const looks = `[...document.querySelectorAll('.segment')].map((each) =>
      [each.textContent, getComputedStyle(each.lastChild).backgroundColor])`;
    const colours = new Map(await page.evaluate<[string, string][]>(looks));
    expect(colours.get('Yes')).not.toBe(colours.get('No'));
    const pressed = `[...document.querySelectorAll('.range [aria-pressed]')].map((each) =>
      [each.getAttribute('aria-pressed'), getComputedStyle(each).backgroundColor])`;
    const buttons = new Map(await page.evaluate<[string, string][]>(pressed));
    expect(buttons.get('true')).not.toBe(buttons.get('false'));
  });
});
