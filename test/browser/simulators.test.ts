import { describe, expect, test } from 'vitest';
import { browserLab, eventually } from '../support/browser-lab.ts';
import { needs } from '../support/needs.ts';

const config = `
connections:
  psu-1-line: { simulate: { model: scpi-supply, via: pty, options: { outputOn: true } } }
  house: { simulate: { model: tasmota, via: mqtt, options: { topic: plug-1 } } }
devices:
  psu-1: { driver: scpi-supply, connection: psu-1-line }
  plug-1: { driver: tasmota, connection: house, options: { topic: plug-1 } }
`;

interface Command {
  readonly id: string;
  readonly state: string;
  readonly outcome?: string;
}

describe.skipIf(!needs('chromium', 'the page of faults in a browser'))('the page of faults', () => {
  const lab = browserLab(config);

  const setVoltage = '/v1/devices/psu-1/commands/set-voltage';
  const commandOf = (id: string) => lab.service.get<Command>(`/v1/commands/${id}`);

  async function sendAndGoOn(): Promise<string> {
    const response = await fetch(lab.service.url + setVoltage, {
      method: 'POST',
      headers: { 'content-type': 'application/json', prefer: 'respond-async' },
      body: '{"volts":5}',
    });
    return ((await response.json()) as Command).id;
  }

  test('psu-1 is unplugged while a command is in flight, whose outcome is unknown, and works again once it is plugged in', async () => {
    const { page, complaints } = await lab.open('#/simulators/psu-1');
    await page.getByRole('heading', { name: 'psu-1' }).waitFor();
    await page.getByLabel('Add a fault').selectOption('delay');
    await page.getByLabel('ms', { exact: true }).fill('60000');
    await page.getByRole('radio', { name: 'heard' }).check();
    await page.getByRole('group', { name: 'When it acts' }).getByRole('button').click();
    await page.getByLabel(/^match/).fill('VOLT 5');
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    await page.getByRole('button', { name: 'End delay' }).waitFor();

    const id = await sendAndGoOn();
    await expect.poll(async () => (await commandOf(id)).state, { ...eventually, interval: 5 }).toBe('sent');
    await page.getByRole('button', { name: 'Unplug' }).click();
    await expect
      .poll(async () => await commandOf(id), eventually)
      .toMatchObject({ state: 'ended', outcome: 'unknown' });
    const commands = page.getByRole('region', { name: 'Last commands' });
    await expect
      .poll(() => commands.getByRole('listitem').first().innerText(), eventually)
      .toMatch(/set-voltage[^]*unknown/);
    expect(await lab.service.get('/v1/devices/psu-1')).toMatchObject({ state: expect.not.stringMatching('ready') });

    await page.getByRole('button', { name: 'End all' }).click();
    await page.getByText('None: its wire is as it should be.').waitFor();
    await page.getByRole('button', { name: 'Plug in' }).click();
    await page.getByText('ready', { exact: true }).waitFor({ timeout: 20_000 });
    expect(await lab.service.post(setVoltage, { volts: 5 })).toMatchObject({ body: { outcome: 'succeeded' } });
    await expect
      .poll(() => commands.getByRole('listitem').first().innerText(), eventually)
      .toMatch(/set-voltage[^]*succeeded/);
    expect(complaints).toEqual([]);
  });

  test('what is simulated says so, and is chosen, set and paused with the keyboard alone', async () => {
    const { page, complaints } = await lab.open('#/simulators', 400);
    await page.getByText('Nothing on this page is real hardware').waitFor();
    expect(await page.title()).toContain('SIMULATED');
    await page.getByRole('link', { name: /plug-1/ }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'plug-1' }).waitFor();
    await page.getByText('SIMULATED', { exact: true }).nth(1).waitFor();

    await page.getByRole('button', { name: 'Pause' }).press('Space');
    await page.getByText('Its time stands still.').waitFor();
    expect(await lab.service.get('/v1/simulators/plug-1/time')).toMatchObject({ paused: true });
    await page.getByRole('button', { name: 'Go on' }).press('Enter');
    await page.getByText('Its clock').waitFor();

    const row = page.getByRole('row', { name: 'What the appliance' });
    await row.getByRole('spinbutton').fill('42');
    await page.keyboard.press('Enter');
    await expect.poll(() => row.innerText(), eventually).toContain('42 W');
    expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
    expect(complaints).toEqual([]);
  });

  test('what the service refuses is said in its words, and nothing is shown that is not so', async () => {
    const { page } = await lab.open('#/simulators/psu-1');
    await page.getByLabel('Add a fault').selectOption('drop');
    await page.getByRole('group', { name: 'When it acts' }).getByRole('button').click();
    await page.getByLabel(/^match/).fill('(');
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    await expect
      .poll(() => page.getByRole('region', { name: 'psu-1' }).getByRole('status').first().innerText(), eventually)
      .toContain('/faults/0/match');
    expect(await lab.service.get('/v1/simulators/psu-1/faults')).toMatchObject({ faults: [] });
    await page.getByText('None: its wire is as it should be.').waitFor();
  });

  test('a device that there is not, and whatever stands in the address, is text', async () => {
    const { page, complaints } = await lab.open('#/simulators/<img src=x onerror=alert(1)>');
    await page.getByText('There is no simulated device <img src=x onerror=alert(1)>.').waitFor();
    expect(await page.locator('img').count()).toBe(0);
    expect(complaints).toEqual([]);
  });
});
