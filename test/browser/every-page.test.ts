import type { Page } from 'playwright-core';
import { describe, expect, test, vi } from 'vitest';
import { axeFindings } from '../support/axe.ts';
import { allReady } from '../process/service.ts';
import { openPage } from '../support/browser.ts';
import { browserLab } from '../support/browser-lab.ts';
import { needs } from '../support/needs.ts';
import { foreignRequests, overhang, shoot, watchJumps } from '../support/page-checks.ts';
import { sendUnknown } from '../support/unknown.ts';

/** The lab as a newcomer has it, with a command whose outcome is unknown. */
describe.skipIf(!needs('chromium', 'every page in a browser'))('every page', () => {
  let unknown = '';
  const lab = browserLab('examples/lab/bellcrank.yaml', async (service) => {
    await allReady(service);
    const send = (path: string, body: unknown) => service.post(`/v1/devices/${path}`, body);
    await send('psu-1/commands/set-voltage', { volts: 5 });
    await send('psu-2/commands/set-voltage', { volts: 3.3 });
    await send('psu-1/commands/set-voltage', { volts: 31 });
    await send('psu-2/commands/output', { on: true });
    await send('plug-1/commands/power', { on: true });
    await send('oven-1/commands/heat', { celsius: 80 });
    await send('mill-1/commands/home', {});
    unknown = await sendUnknown(service, 'psu-1', 12);
  });

  /** Each page, by its address, and what shows that it is there. */
  const pages: Readonly<Record<string, readonly [hash: () => string, sign: string | RegExp]>> = {
    devices: [() => '#/', 'psu-1'],
    device: [() => '#/devices/psu-1', 'set-voltage'],
    commands: [() => '#/commands', 'volts=3.3'],
    'one command': [() => `#/commands/${unknown}`, 'As JSON'],
    alarms: [() => '#/alarms', 'No alarm is open.'],
    discovery: [() => '#/discovery?adopted=all', 'Relay board'],
    simulators: [() => '#/simulators/psu-1', 'Voltage knob'],
    nothing: [() => '#/nothing', 'There is no such page'],
  };
  const names = Object.keys(pages);

  async function goTo(page: Page, name: string): Promise<void> {
    const [hash = () => '#/', sign = ''] = pages[name] ?? [];
    await page.goto(`${lab.service.url}/${hash()}`);
    await page.locator('main').getByText(sign).first().waitFor();
    await page.getByRole('status').getByText('Live').waitFor();
  }

  /** Pictures of the page in both themes, and what axe finds in them. */
  async function inBothThemes(page: Page, name: string): Promise<string[]> {
    const found: string[] = [];
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      await shoot(page, colorScheme === 'light' ? name : `${name}-dark`);
      found.push(...(await axeFindings(page)).map((each) => `${colorScheme}: ${each}`));
    }
    return found;
  }

  test.each(names)(
    '%s: axe finds nothing in either theme, on a phone neither; nothing is wider than its window, jumps, complains or comes from elsewhere',
    async (name) => {
      const { page, complaints } = await openPage(lab.browser, 'about:blank', 1280);
      const foreign = foreignRequests(page, lab.service.url);
      const jumps = await watchJumps(page);
      await goTo(page, name);
      expect(await jumps()).toBeLessThan(0.1);
      expect(await inBothThemes(page, name.replaceAll(' ', '-'))).toEqual([]);
      await page.setViewportSize({ width: 3840, height: 2160 });
      expect(await overhang(page)).toBeLessThanOrEqual(0);
      await page.setViewportSize({ width: 390, height: 844 });
      expect(await overhang(page)).toBeLessThanOrEqual(0);
      await shoot(page, `${name.replaceAll(' ', '-')}-phone`);
      expect(await axeFindings(page)).toEqual([]);
      expect([complaints, foreign]).toEqual([[], []]);
    },
  );

  test('a device that was asked for something, and nobody knows what came of it', async () => {
    const { page, complaints } = await lab.open('#/devices/psu-1', 1280);
    await lab.service.put('/v1/simulators/psu-1/faults', { faults: [{ kind: 'mute', match: '^VOLT 6' }] });
    const command = page.locator('[data-command-name="set-voltage"]');
    await command.getByRole('button', { expanded: false }).click();
    await command.getByLabel(/^Voltage/).fill('6');
    const told = command.locator('[data-outcome="unknown"]');
    // On a busy machine one may expire before it is sent.
    await vi.waitFor(async () => {
      await command.getByRole('button', { name: 'Send to the simulator' }).click();
      await told.waitFor({ timeout: 5000 });
    }, 60_000);
    expect(await told.innerText()).not.toMatch(/done|succeeded|failed/i);
    expect(await inBothThemes(page, 'unknown')).toEqual([]);
    await page.goto(`${lab.service.url}/#/simulators/psu-1`);
    await page.getByRole('button', { name: 'End mute' }).waitFor();
    await page.getByRole('region', { name: 'Last commands' }).getByText('unknown').first().waitFor();
    expect(await inBothThemes(page, 'simulators')).toEqual([]);
    await lab.service.put('/v1/simulators/psu-1/faults', { faults: [] });
    expect(complaints).toEqual([]);
  });

  test('the policy that comes with the page lets nothing in that is not the service’s', async () => {
    const { headers } = await fetch(`${lab.service.url}/`);
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toMatch(/script-src 'self'( 'sha256-[\w+/=]+')*;/);
    expect(policy).toContain("style-src 'self';");
    expect(policy).toContain("connect-src 'self'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/unsafe|\*|https?:/);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('cache-control')).toBe('no-cache');
  });

  test('a script that stands in the page, and one from elsewhere, do not run', async () => {
    const { page } = await lab.open('');
    const ran = await page.evaluate<boolean>(`new Promise((resolve) => {
      const script = document.createElement('script');
      script.textContent = 'globalThis.ran = true';
      document.head.append(script);
      const other = document.createElement('script');
      other.src = 'http://127.0.0.1:1/x.js';
      other.onerror = () => resolve(globalThis.ran === true);
      document.head.append(other);
    })`);
    expect(ran).toBe(false);
  });
});
