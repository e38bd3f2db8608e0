import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { allReady, type Service } from '../process/service.ts';
import { browserLab, eventually } from '../support/browser-lab.ts';
import { needs } from '../support/needs.ts';
import { sendUnknown } from '../support/unknown.ts';

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

const voltageOf = (service: Service) => (device: string, volts: number) =>
  service.post(`/v1/devices/${device}/commands/set-voltage`, { volts });

describe.skipIf(!needs('chromium', 'the history of commands in a browser'))('the history of commands', () => {
  const lab = browserLab(config, async (service) => {
    await allReady(service);
    const setVoltage = voltageOf(service);
    for (let volts = 1; volts <= 150; volts++) await setVoltage('psu-1', volts / 10);
    await setVoltage('psu-2', 3.3);
    await sendUnknown(service, 'psu-2', 4);
  });

  const setVoltage = (device: string, volts: number) => voltageOf(lab.service)(device, volts);
  const rows = (page: Page) => page.getByRole('table', { name: 'Commands' }).locator('tbody').getByRole('row');

  test('is filtered, shows what comes on top, goes back page by page, and keeps its filters in the address', async () => {
    const { page, complaints } = await lab.open('#/commands?device=psu-1');
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
    const { page, complaints } = await lab.open('#/commands?outcome=unknown');
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
    const { page } = await lab.open('#/commands?device=mill-1');
    // What ends the spindle is lost on its way, and what comes next waits.
    const lost = { kind: 'drop', direction: 'heard', match: 'M5' };
    await lab.service.put('/v1/simulators/mill-1/faults', { faults: [lost] });
    const flights = [1, 2].map(() => lab.service.post('/v1/devices/mill-1/commands/spindle-off', {}));
    await page.getByRole('combobox', { name: 'State' }).selectOption('queued');
    await expect.poll(() => rows(page).count(), eventually).toBe(1);
    await page.getByRole('rowheader').getByRole('link').click();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByText('Nothing has left because it was cancelled').waitFor();
    // It is none of those that wait any more.
    await expect.poll(() => rows(page).count(), eventually).toBe(0);
    await lab.service.put('/v1/simulators/mill-1/faults', { faults: [] });
    expect((await flights[1])?.body).toMatchObject({ outcome: 'not-sent', reason: 'cancelled' });
    await flights[0];
  });

  test('what became of a command while nothing was heard is asked for, however many came since', async () => {
    const { page } = await lab.open('#/commands');
    const { items } = await lab.service.get<{ items: object[] }>('/v1/commands?limit=1');
    let more: object = { id: 'long-ago', state: 'sent', outcome: undefined, endedAt: null };
    await page.route('**/v1/commands/long-ago', (route) => route.fulfill({ json: { ...items[0], ...more } }));
    await page.evaluate('location.hash = "#/commands/long-ago"');
    const details = page.getByRole('region', { name: 'Details of the command' });
    await details.getByText('It has left. Waiting for the device.').waitFor();
    more = { id: 'long-ago', state: 'ended', outcome: 'succeeded' };
    await page.context().setOffline(true);
    await page.getByText('Connection lost: everything shown is old.').waitFor();
    await page.context().setOffline(false);
    await details.getByText('succeeded', { exact: true }).waitFor();
  });

  test('everything that fits is exported, not only what is shown', async () => {
    const { page } = await lab.open('#/commands?device=psu-1&outcome=succeeded');
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
