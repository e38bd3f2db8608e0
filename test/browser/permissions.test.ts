import type { AddressInfo } from 'node:net';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { callerWith } from '../../src/access/caller.ts';
import { parseScope, type Scope } from '../../src/access/scope.ts';
import { axeFindings } from '../support/axe.ts';
import { rooms } from '../support/access.ts';
import { launch, openPage } from '../support/browser.ts';
import { builtDashboard } from '../support/dashboard.ts';
import { httpOver, openAccess } from '../support/http.ts';
import { needs } from '../support/needs.ts';
import { overhang, shoot, watchJumps } from '../support/page-checks.ts';

describe.skipIf(!needs('chromium', 'the dashboard in a browser'))('whoever may not do everything', () => {
  vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 });
  let browser: Browser;
  beforeAll(async () => {
    await builtDashboard();
    browser = await launch();
  });
  afterAll(async () => await browser.close());

  /** The page as somebody sees it whose scopes can become others. */
  async function as(texts: readonly string[], hash: string, width?: number) {
    const { rig, toys, executed } = await rooms({});
    const scopes: Scope[] = texts.map(parseScope);
    const caller = callerWith('key:panel', scopes);
    const access = { ...openAccess(rig), authenticate: () => ({ ...caller, scopes: scopes.map(({ text }) => text) }) };
    const http = await httpOver(rig, { access });
    await http.listen({ port: 0, host: '127.0.0.1' });
    onTestFinished(() => http.close());
    const url = `http://127.0.0.1:${(http.server.address() as AddressInfo).port}/`;
    const { page, complaints } = await openPage(browser, 'about:blank', width);
    const jumps = await watchJumps(page);
    await page.goto(`${url}${hash}`);
    const become = (...others: readonly string[]) => scopes.splice(0, Infinity, ...others.map(parseScope));
    const goTo = (to: string) => page.goto(`${url}${to}`);
    return { rig, toys, executed, page, complaints, jumps, become, goTo };
  }
  const command = (page: Page, name: string) => page.locator(`[data-command-name="${name}"]`);
  const send = (page: Page, name: string) => command(page, name).getByRole('button', { name: /^Send/ });
  const open = (page: Page, name: string) => command(page, name).getByRole('button').first().click();
  const control = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).first();

  /** It looks and is disabled, can be reached with the keyboard, and says why, to whoever hears it, too. */
  async function lacks(button: Locator, scope: string, says = 'Needs'): Promise<void> {
    await expect.poll(() => button.getAttribute('aria-disabled')).toBe('true');
    expect(await button.getAttribute('title')).toBe(`Needs ${scope}`);
    const described = `document.getElementById(${JSON.stringify(await button.getAttribute('aria-describedby'))})`;
    expect(await button.page().evaluate(`${described}.innerText`)).toBe(`${says} ${scope}`);
    await button.focus();
    expect(await button.evaluate((element) => element.matches(':focus'))).toBe(true);
  }

  /** Whatever of the page would change something. */
  const requests = (page: Page): string[] => {
    const sent: string[] = [];
    page.on('request', (request) => {
      if (request.method() !== 'GET') sent.push(`${request.method()} ${new URL(request.url()).pathname}`);
    });
    return sent;
  };

  test('sees values, what is not theirs to do, and which scope is missing, and presses it in vain', async () => {
    const { page, complaints, jumps, executed } = await as(['read'], '#/devices/lamp-1', 1280);
    const sent = requests(page);
    await lacks(control(page, 'Take it'), 'lease:lamp-1');
    expect(await jumps()).toBeLessThan(0.1);
    await page.locator('[data-property="value"] .reading').getByText(/\d/).first().waitFor();
    for (const name of ['Edit labels', 'Reconnect', 'Disable'])
      if ((await control(page, name).count()) > 0) await lacks(control(page, name), 'configure:lamp-1');
    await open(page, 'pulse');
    await lacks(send(page, 'pulse'), 'command:lamp-1:pulse');
    await lacks(command(page, 'pulse').getByRole('button', { name: 'Try without sending' }), 'command:lamp-1:pulse');
    await page.getByRole('button', { name: 'Set setpoint' }).click();
    await page.getByText('Needs command:lamp-1:write:setpoint').waitFor();
    for (const button of await page.locator('button[aria-disabled="true"]').all()) {
      await button.focus();
      await page.keyboard.press('Enter');
    }
    await page
      .getByLabel(/setpoint/i)
      .last()
      .press('Enter');
    expect([executed(), sent]).toEqual([[], []]);
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      await shoot(page, `viewer-${colorScheme}`);
      expect(await axeFindings(page)).toEqual([]);
    }
    await page.setViewportSize({ width: 390, height: 844 });
    await shoot(page, 'viewer-phone');
    expect(await overhang(page)).toBeLessThanOrEqual(0);
    expect(await axeFindings(page)).toEqual([]);
    expect(complaints).toEqual([]);
  });

  test('stops only what they may, and is told what is missing', async () => {
    const { page, executed, toys, rig } = await as(['read', 'stop:lamp-1'], '#/devices/lamp-1');
    await control(page, 'Stop lamp-1').click();
    await expect.poll(async () => (await rig.clock.advance(10), toys['lamp-1']?.executed)).toEqual(['STOP']);
    await lacks(control(page, 'Release …'), 'command:lamp-1:release-stop');
    await page.getByRole('link', { name: 'Devices', exact: true }).click();
    await page.getByRole('link', { name: 'oven-1', exact: true }).click();
    await page.getByText('Needs stop:oven-1', { exact: true }).waitFor();
    const stop = control(page, 'Stop oven-1');
    expect(await stop.isDisabled()).toBe(false);
    await stop.click();
    await page.getByText(/^Nothing was stopped: key:panel lacks the scope stop:oven-1/).waitFor();
    expect(await axeFindings(page)).toEqual([]);
    expect(executed()).toEqual(['STOP']);
  });

  test('who may stop nothing is told so by the button for everything', async () => {
    const { page, executed } = await as(['read'], '');
    await page.getByText('Live', { exact: true }).waitFor();
    await page.getByRole('button', { name: /^Stop all/ }).click();
    const sheet = page.locator('#stop-report');
    await sheet.getByText('Nothing was stopped').waitFor();
    expect(await sheet.innerText()).toContain('key:panel lacks the scope stop');
    expect(executed()).toEqual([]);
  });

  test('who may see no device is not told that there is none', async () => {
    const { page } = await as(['read:elsewhere'], '');
    await page.getByText('There is no device that you may see.').waitFor();
    expect(await page.getByText('Add one to the configuration file').count()).toBe(0);
  });

  test('an operator commands and takes leases, and configures nothing', async () => {
    const { page, executed, rig } = await as(['read', 'command', 'stop', 'lease'], '#/devices/lamp-1');
    await open(page, 'pulse');
    await send(page, 'pulse').click();
    await expect.poll(async () => (await rig.clock.advance(10), executed())).toEqual(['PULSE']);
    await lacks(control(page, 'Reconnect'), 'configure:lamp-1');
    await control(page, 'Take it').click();
    await page.getByRole('button', { name: 'Renew' }).waitFor();
  });

  test('one device’s key commands that device and no other, and one command’s that command', async () => {
    const { page, executed, rig, goTo } = await as(
      ['read', 'command:lamp-*', 'command:oven-1:pulse'],
      '#/devices/lamp-1',
    );
    await open(page, 'pulse');
    await send(page, 'pulse').click();
    await expect.poll(async () => (await rig.clock.advance(10), executed())).toEqual(['PULSE']);
    await goTo('#/devices/oven-1');
    await open(page, 'set');
    await lacks(send(page, 'set'), 'command:oven-1:set');
    await open(page, 'pulse');
    expect(await send(page, 'pulse').isDisabled()).toBe(false);
    await goTo('#/devices/bus-1');
    await open(page, 'pulse');
    await lacks(send(page, 'pulse'), 'command:bus-1:pulse');
  });

  test('whose scopes shrink meanwhile is refused honestly, and the page knows from then on; whose grow finds out by pressing', async () => {
    const { page, executed, become, rig } = await as(['read', 'command'], '#/devices/lamp-1');
    await open(page, 'pulse');
    await send(page, 'pulse').waitFor();
    expect(await send(page, 'pulse').isDisabled()).toBe(false);
    become('read');
    await send(page, 'pulse').click();
    await command(page, 'pulse').getByText('key:panel lacks the scope command:lamp-1:pulse').waitFor();
    await lacks(send(page, 'pulse'), 'command:lamp-1:pulse');
    become('read', 'command:lamp-1');
    await page.keyboard.press('Enter');
    await expect.poll(() => send(page, 'pulse').isDisabled()).toBe(false);
    expect(executed()).toEqual([]);
    // What is pressed twice in a second is pressed once.
    const pressed = async () => (await send(page, 'pulse').click(), await rig.clock.advance(10), executed());
    await expect.poll(pressed, { timeout: 10_000 }).toContain('PULSE');
  });

  test('is not told that everything is stopped when it is not', async () => {
    const { page, rig } = await as(['read', 'stop:label/room=lab'], '');
    await page.getByText('Live', { exact: true }).waitFor();
    await page.getByRole('button', { name: /^Stop/ }).first().click();
    const sheet = page.locator('#stop-report');
    const said = async (): Promise<string> => (await rig.clock.advance(10), await sheet.innerText());
    await expect.poll(said).toContain('Not everything is stopped: 2 of 5 were left as they are');
    expect(await said()).toContain('2 devices were not stopped (bus-2, oven-1): you may not stop them.');
    expect(await said()).not.toContain('Everything is stopped');
    await sheet.getByRole('button', { name: 'Close' }).click();
    expect(await said()).toContain('Not everything is stopped');
  });

  test('adds, adopts and acknowledges nothing', async () => {
    const { page, goTo } = await as(['read'], '#/discovery');
    await lacks(control(page, 'Add a device'), 'configure');
    await shoot(page, 'viewer-discovery');
    await goTo('#/alarms');
    const acknowledge = page.getByRole('button', { name: /^Acknowledge/ });
    await acknowledge.first().waitFor();
    for (const button of await acknowledge.all()) await lacks(button, 'command', 'Acknowledging needs');
    await shoot(page, 'viewer-alarms');
    expect(await axeFindings(page)).toEqual([]);
  });

  test('acknowledges the alarms of their own devices', async () => {
    const { page, rig } = await as(['read', 'command:lamp-1'], '#/alarms');
    await lacks(page.getByRole('button', { name: 'Acknowledge warm of oven-1' }), 'command:oven-1');
    await page.getByRole('button', { name: 'Acknowledge warm of lamp-1' }).click();
    const seen = () => rig.alarms.open.filter(({ acknowledgedBy }) => acknowledgedBy === 'key:panel');
    await expect.poll(() => seen().map(({ device }) => device)).toEqual(['lamp-1']);
  });

  test('without credentials nothing is greyed, and nothing said of scopes', async () => {
    const { page } = await as(
      ['read', 'command', 'stop', 'lease', 'configure', 'simulate', 'admin'],
      '#/devices/lamp-1',
    );
    await open(page, 'pulse');
    expect(await send(page, 'pulse').isDisabled()).toBe(false);
    expect(await page.locator('[aria-disabled="true"]').count()).toBe(0);
    expect(await page.locator('.needs').count()).toBe(0);
  });
});
