import type { AddressInfo } from 'node:net';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { axeFindings } from '../support/axe.ts';
import { callerOf, rooms } from '../support/access.ts';
import { launch, openPage } from '../support/browser.ts';
import { builtDashboard } from '../support/dashboard.ts';
import { httpOver, openAccess } from '../support/http.ts';
import { needs } from '../support/needs.ts';

describe.skipIf(!needs('chromium', 'the dashboard in a browser'))('whoever may not do everything', () => {
  vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 });
  let browser: Browser;
  beforeAll(async () => {
    await builtDashboard();
    browser = await launch();
  });
  afterAll(async () => await browser.close());

  /** The page as somebody with those scopes sees it. */
  async function as(scopes: readonly string[], hash: string) {
    const { rig, executed } = await rooms({});
    const access = { ...openAccess(rig), authenticate: () => callerOf('key:panel', ...scopes) };
    const http = await httpOver(rig, [], undefined, undefined, undefined, [], access);
    await http.listen({ port: 0, host: '127.0.0.1' });
    onTestFinished(() => http.close());
    const url = `http://127.0.0.1:${(http.server.address() as AddressInfo).port}/${hash}`;
    return { rig, executed, ...(await openPage(browser, url)) };
  }
  const command = (page: Page, name: string) => page.locator(`[data-command-name="${name}"]`);
  const send = (page: Page, name: string) => command(page, name).getByRole('button', { name: /^Send/ });
  const open = (page: Page, name: string) => command(page, name).getByRole('button').first().click();

  test('sees what is not theirs to do, which scope is missing, and cannot press it', async () => {
    const { page, complaints, executed } = await as(['read'], '#/devices/lamp-1');
    await page.getByText('Needs stop:lamp-1', { exact: true }).waitFor();
    expect(await page.getByRole('button', { name: 'Stop lamp-1' }).isDisabled()).toBe(true);
    await page.getByText('Needs lease:lamp-1', { exact: true }).waitFor();
    expect(await page.getByRole('button', { name: 'Take it' }).isDisabled()).toBe(true);
    for (const name of ['Edit labels', 'Reconnect', 'Disable'])
      expect([name, await page.getByRole('button', { name, exact: true }).isDisabled()]).toEqual([name, true]);
    await open(page, 'pulse');
    await command(page, 'pulse').getByText('You may not send it: that needs command:lamp-1:pulse.').waitFor();
    expect(await send(page, 'pulse').isDisabled()).toBe(true);
    expect(await command(page, 'pulse').getByRole('button', { name: 'Try without sending' }).isDisabled()).toBe(true);
    await page.getByRole('button', { name: 'Set setpoint' }).click();
    await page.getByText('You may not send it: that needs command:lamp-1:write:setpoint.').waitFor();
    expect(executed()).toEqual([]);
    expect(complaints).toEqual([]);
    expect(await axeFindings(page)).toEqual([]);
  });

  test('sends what is theirs', async () => {
    const { page, executed, rig } = await as(['read:lamp-1', 'command:lamp-1:pulse'], '#/devices/lamp-1');
    await open(page, 'pulse');
    await open(page, 'ask');
    await command(page, 'ask').getByText('command:lamp-1:ask').waitFor();
    expect(await send(page, 'ask').isDisabled()).toBe(true);
    await send(page, 'pulse').click();
    await expect.poll(async () => (await rig.clock.advance(10), executed())).toEqual(['PULSE']);
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
    const { page } = await as(['read'], '#/discovery');
    await page.getByText('Needs configure', { exact: true }).first().waitFor();
    expect(await page.getByRole('button', { name: 'Add a device' }).isDisabled()).toBe(true);
    await page.goto(`${new URL(page.url()).origin}/#/alarms`);
    await page.getByText('Needs command', { exact: true }).waitFor();
    for (const button of await page.getByRole('button', { name: /^Acknowledge/ }).all())
      expect(await button.isDisabled()).toBe(true);
  });
});
