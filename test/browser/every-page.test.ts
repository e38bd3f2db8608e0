import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { axeFindings } from '../support/axe.ts';
import { allReady } from '../process/service.ts';
import { openPage } from '../support/browser.ts';
import { browserLab } from '../support/browser-lab.ts';
import { needs } from '../support/needs.ts';
import { foreignRequests, overhang, shoot } from '../support/page-checks.ts';
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
    // The outcome is shown by then, too.
    await page.evaluate('document.fonts.ready');
  }

  describe.each(['light', 'dark'] as const)('in the %s theme', (colorScheme) => {
    test.each(names)('%s: axe finds nothing, nothing is complained of, nothing comes from elsewhere', async (name) => {
      const { page, complaints } = await openPage(lab.browser, 'about:blank', 1280);
      const foreign = foreignRequests(page, lab.service.url);
      await page.emulateMedia({ colorScheme });
      await goTo(page, name);
      await shoot(page, `${name} ${colorScheme}`);
      expect(await axeFindings(page)).toEqual([]);
      expect([complaints, foreign]).toEqual([[], []]);
    });
  });

  test.each(names)('%s: fits a phone and a wall screen without scrolling sideways', async (name) => {
    const { page, complaints } = await openPage(lab.browser, 'about:blank', 390);
    await goTo(page, name);
    expect(await overhang(page)).toBeLessThanOrEqual(0);
    await shoot(page, `${name} phone`);
    expect(await axeFindings(page)).toEqual([]);
    await page.setViewportSize({ width: 3840, height: 2160 });
    expect(await overhang(page)).toBeLessThanOrEqual(0);
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
