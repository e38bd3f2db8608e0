import type { Locator, Page } from 'playwright-core';
import { afterEach, describe, expect, test } from 'vitest';
import { axeFindings } from '../support/axe.ts';
import { browserLab } from '../support/browser-lab.ts';
import { needs } from '../support/needs.ts';
import { overhang, shoot } from '../support/page-checks.ts';

// A browser, a broker and a service share two processors with whatever else runs.
const slow = { timeout: 20_000 };
const eventually = <T>(get: () => T) => expect.poll(get, slow);

const config = `
connections:
  psu-1-line: { simulate: { model: scpi-supply, via: pty, options: { outputOn: true } } }
  psu-2-line: { simulate: { model: scpi-supply, via: tcp, seed: 2 } }
  mill-1-line: { simulate: { model: grbl, via: pty, options: { homing: true, homingMs: 1500 } } }
  oven-1-line: { simulate: { model: bellcrank-oven, via: pty, options: { units: [{ unit: 1 }] } } }
  house:
    simulate:
      via: mqtt
      devices:
        - { model: homie, options: { device: thermostat, child: false } }
        - { model: zigbee2mqtt, options: { devices: [light] } }
devices:
  psu-1: { driver: scpi-supply, connection: psu-1-line }
  psu-2:
    driver: scpi-supply
    connection: psu-2-line
    limits: { set-voltage: { volts: { maximum: 5.5 } } }
    deny: [set-current, 'write:current-setpoint']
  mill-1: { driver: grbl, connection: mill-1-line }
  thermostat: { driver: homie, connection: house, options: { device: thermostat } }
  light: { driver: zigbee2mqtt, connection: house, options: { device: '0x00158d0000000100' } }
interlocks:
  - { name: low-first, device: psu-2, forbid: [set-voltage], unless: 'device["psu-1"]["voltage-setpoint"] < 10', maxAgeMs: 10000 }
`;

interface Command {
  readonly id: string;
  readonly state: string;
  readonly outcome?: string;
  readonly params: unknown;
}

describe.skipIf(!needs('chromium', 'the page of a device in a browser'))('the page of a device', () => {
  const lab = browserLab(config);

  afterEach(async () => {
    await lab.service.put('/v1/simulators/psu-1/faults', { faults: [] });
    await lab.service.post('/v1/simulators/psu-1/press', { button: 'plug' });
    await eventually(() => lab.service.get('/v1/devices/psu-1')).toMatchObject({ state: 'ready' });
  });
  async function open(device: string, width = 1280): Promise<{ page: Page; complaints: string[] }> {
    const opened = await lab.open(`#/devices/${device}`, width);
    opened.page.setDefaultTimeout(10_000);
    await opened.page.getByRole('heading', { name: 'Commands', exact: true }).waitFor();
    return opened;
  }
  /** The form of a command, opened. */
  async function formOf(page: Page, name: string): Promise<Locator> {
    const command = page.locator(`[data-command-name="${name}"]`);
    await command.getByRole('button').first().click();
    return command;
  }
  const send = (form: Locator) => form.getByRole('button', { name: 'Send to the simulator' }).click();
  const outcome = (form: Locator) => form.locator('[data-outcome]');
  const latest = async (device: string): Promise<readonly Command[]> =>
    (await lab.service.get<{ items: Command[] }>(`/v1/commands?device=${device}&limit=50`)).items;
  const faults = (device: string, ...list: object[]) =>
    lab.service.put(`/v1/simulators/${device}/faults`, { faults: list });

  test('a command is checked at its field, tried without sending, sent once however often it is clicked, and told', async () => {
    const { page, complaints } = await open('psu-1');
    const form = await formOf(page, 'set-voltage');
    const volts = form.getByLabel('Voltage');
    await send(form);
    await form.getByText('This is required.').waitFor();
    expect(await page.evaluate('document.activeElement.id')).toBe(await volts.getAttribute('id'));
    await volts.fill('31');
    await send(form);
    await form.getByText('At most 30 V.').waitFor();
    await volts.fill('five');
    await send(form);
    await form.getByText('This must be a number.').waitFor();
    expect(await volts.getAttribute('aria-invalid')).toBe('true');
    expect(await latest('psu-1')).toEqual([]);

    await volts.fill('4.5');
    await form.getByRole('button', { name: 'Try without sending' }).click();
    await form.getByText('VOLT 4.5').waitFor();
    await form.getByText('Nothing was sent.').waitFor();
    expect(await latest('psu-1')).toEqual([]);

    await form.getByRole('button', { name: 'Send to the simulator' }).dblclick();
    await form.getByText('Done', { exact: true }).waitFor();
    await form.getByText('The device answered that it took it.').waitFor();
    expect((await latest('psu-1')).map(({ params }) => params)).toEqual([{ volts: 4.5 }]);
    await eventually(() => page.locator('[data-property="voltage-setpoint"]').innerText()).toMatch(/4\.5 V[^]*good/);
    expect(complaints).toEqual([]);
  });

  test('what the device refuses is told in its own words', async () => {
    const { page, complaints } = await open('psu-1');
    await faults('psu-1', { kind: 'nak', match: 'VOLT 6' });
    const form = await formOf(page, 'set-voltage');
    await form.getByLabel('Voltage').fill('6');
    await send(form);
    await form.getByText('Refused', { exact: true }).waitFor();
    expect(await outcome(form).getAttribute('data-outcome')).toBe('refused');
    expect(await form.innerText()).toContain('Execution error (-200)');
    expect(complaints).toEqual([]);
  });

  test('an unknown outcome looks like neither success nor failure, and says what to do', async () => {
    const { page } = await open('psu-1');
    // What it says to the question after the setting, in whatever pieces they come.
    await faults('psu-1', { kind: 'mute', match: 'VOLT 7|SYST:ERR', skip: 1, clearAfter: 1 });
    const form = await formOf(page, 'set-voltage');
    await form.getByLabel('Voltage').fill('7');
    await send(form);
    await eventually(() => outcome(form).innerText()).toMatch(/Unknown[^]*nobody knows what came of it/);
    expect(await outcome(form).getAttribute('data-outcome')).toBe('unknown');
    await form.getByText('Look at the device, or read back').waitFor();
    const colour = (name: string): Promise<string> =>
      page.evaluate(`(() => { const i = document.createElement('div'); i.className = 'outcome ${name}';
        const box = document.querySelector('.device-page'); box.append(i);
        const { borderLeftColor } = getComputedStyle(i); i.remove(); return borderLeftColor; })()`);
    const tones = await Promise.all(['ok', 'failed', 'refused', 'not-sent', 'unknown'].map(colour));
    expect(new Set(tones).size).toBe(5);
    await faults('psu-1');
    await form.getByRole('button', { name: 'Read everything back' }).click();
    await eventually(() => page.locator('[data-property="voltage-setpoint"]').innerText()).toContain('7 V');
  });

  test('what did not leave says why: the device is offline', async () => {
    const { page } = await open('psu-1');
    await lab.service.post('/v1/simulators/psu-1/press', { button: 'unplug' });
    await page.getByText(/It is (offline|connecting|recovering)/).waitFor(slow);
    const form = await formOf(page, 'output');
    await form.getByRole('radio', { name: 'Yes', exact: true }).check();
    await send(form);
    await form.getByText('Not sent', { exact: true }).waitFor();
    expect(await form.innerText()).toMatch(/Nothing has left/);
    expect(await page.locator('[data-property="measured-voltage"]').innerText()).toMatch(/stale|bad/);
    await lab.service.post('/v1/simulators/psu-1/press', { button: 'plug' });
    await page.getByText('ready', { exact: true }).waitFor(slow);
  });

  test('a command that waits is cancelled before it leaves', async () => {
    const { page } = await open('light');
    await faults('light', { kind: 'mute' });
    const first = await formOf(page, 'set');
    await first.getByLabel('brightness').fill('77');
    const second = await formOf(page, 'toggle');
    await send(first);
    await first.getByText('On its way').waitFor();
    await send(second);
    await second.getByText('It waits for its turn').waitFor();
    await second.getByRole('button', { name: 'Cancel it' }).click();
    await second.getByText('Not sent', { exact: true }).waitFor();
    expect(await second.innerText()).toContain('it was cancelled');
    await faults('light');
    expect(await latest('light')).toContainEqual(expect.objectContaining({ command: 'toggle', outcome: 'not-sent' }));
  });

  test('an answer that was lost never sends twice', async () => {
    const { page } = await open('psu-2');
    let asked = 0;
    await page.route('**/commands/output', async (route) => {
      asked += 1;
      if (asked > 1) return await route.continue();
      // It arrives, and its answer does not.
      await route.fetch();
      return await route.abort('connectionreset');
    });
    const form = await formOf(page, 'output');
    await form.getByRole('radio', { name: 'No', exact: true }).check();
    await send(form);
    await form.getByText('No answer', { exact: true }).waitFor();
    expect(await outcome(form).getAttribute('data-outcome')).toBe('unknown');
    await form.getByRole('button', { name: 'Ask again, send at most once' }).click();
    await form.getByText('Done', { exact: true }).waitFor();
    expect((await latest('psu-2')).filter((each) => 'command' in each && each.command === 'output')).toHaveLength(1);
  });

  test('a lease of somebody else locks, and says so; one’s own is taken, used, renewed and released', async () => {
    const { body } = await lab.service.put('/v1/devices/psu-2/lease', { ttlMs: 600_000, note: 'calibration' });
    const { page } = await open('psu-2');
    await page.getByText('anonymous has it').waitFor();
    await page.getByText('calibration').waitFor();
    const form = await formOf(page, 'output');
    await form.getByText('anonymous holds the lease until').waitFor();
    expect(await form.getByRole('button', { name: 'Send to the simulator' }).isDisabled()).toBe(true);
    await page.getByRole('button', { name: 'Take it from them' }).click();
    await page.getByRole('button', { name: 'Take it', exact: true }).click();
    await page.getByText('You have it').waitFor();
    await form.getByRole('radio', { name: 'Yes', exact: true }).check();
    await send(form);
    await form.getByText('Done', { exact: true }).waitFor();
    const lease = page.locator('#lease');
    await lease.getByRole('button', { name: 'Renew' }).click();
    await lease.getByRole('button', { name: 'Release' }).click();
    await page.getByText('Nobody has this device for themselves').waitFor();
    await lease.getByLabel('For').selectOption('60');
    await lease.getByRole('button', { name: 'Take it' }).click();
    await page.getByText('You have it').waitFor();
    await lease.getByRole('button', { name: 'Release' }).click();
    await page.getByText('Nobody has this device for themselves').waitFor();
    expect(body['token']).toEqual(expect.any(String));
  });

  test('an interlock says what it forbids and why, and what is denied or limited is not there or narrower', async () => {
    await lab.service.post('/v1/devices/psu-1/commands/set-voltage', { volts: 12 });
    const { page } = await open('psu-2');
    const interlock = page.locator('[data-interlock="low-first"]');
    await interlock.locator('.tag', { hasText: 'forbids' }).waitFor(slow);
    expect(await interlock.innerText()).toMatch(/psu-1\.voltage-setpoint is 12/);
    const form = await formOf(page, 'set-voltage');
    await form.getByText('Interlock low-first forbids it').waitFor();
    await form.getByLabel('Voltage').fill('5');
    await form.getByRole('button', { name: 'Try without sending' }).click();
    await form.getByText('It would be turned away now').waitFor();
    await lab.service.post('/v1/devices/psu-1/commands/set-voltage', { volts: 2 });
    await interlock.locator('.tag', { hasText: 'permits' }).waitFor(slow);
    await form.getByLabel('Voltage').fill('5.6');
    await send(form);
    await form.getByText('At most 5.5 V.').waitFor();
    expect(await page.locator('[data-command-name="set-current"]').count()).toBe(0);
    expect(await page.getByRole('button', { name: 'Set Current setpoint' }).count()).toBe(0);
  });

  test('a writable property is set where it stands, and says by what it changed', async () => {
    const { page } = await open('psu-1');
    const row = page.locator('[data-property="voltage-setpoint"]');
    await row.getByRole('button', { name: 'Set Voltage setpoint' }).click();
    await row.getByRole('textbox').fill('3.25');
    await send(row);
    await row.getByText('Done', { exact: true }).waitFor();
    await row.getByText('The device itself reports the state that was asked for.').waitFor();
    await eventually(() => row.locator('.reading').innerText()).toMatch(/3\.25 V[^]*by write:voltage-setpoint/);
    await row.getByRole('button', { name: 'Read Voltage setpoint now' }).click();
    await row.getByText('Voltage setpoint was read.').waitFor({ state: 'attached' });
  });

  test('history is zoomed by dragging, by buttons and by keys, and stands in a table', async () => {
    for (const volts of [1, 2, 3, 4]) await lab.service.post('/v1/devices/psu-1/commands/set-voltage', { volts });
    const { page } = await open('psu-1');
    const history = page.locator('#history');
    await history.getByLabel('Of which value').selectOption('voltage-setpoint');
    const chart = history.getByRole('application');
    await chart.locator('canvas').waitFor();
    const told = async (): Promise<string> => await history.getByRole('status').innerText();
    await eventually(told).toContain('each value that was kept');
    await history.getByText('As a table').click();
    await eventually(() => history.getByRole('row').count()).toBeGreaterThan(3);

    const spanOf = async (): Promise<number> => {
      const time = (await told()).split(': ')[0] ?? '';
      const minutes = /^The last (\d+) min$/.exec(time)?.[1];
      if (minutes !== undefined) return Number(minutes) * 60_000;
      const [from = '', to = ''] = time.split(' to ');
      return Date.parse(to) - Date.parse(from);
    };
    const whole = await spanOf();
    await history.getByRole('button', { name: 'Zoom in' }).click();
    await eventually(spanOf).toBeLessThan(whole * 0.6);
    const box = await chart.locator('.u-over').boundingBox();
    if (box === null) throw new Error('the chart has no size');
    const before = await spanOf();
    await page.mouse.move(box.x + box.width * 0.4, box.y + 50);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.6, box.y + 60, { steps: 5 });
    await page.mouse.up();
    await eventually(spanOf).toBeLessThan(before * 0.5);
    const dragged = await spanOf();
    await chart.focus();
    await page.keyboard.press('-');
    await eventually(spanOf).toBeGreaterThan(dragged * 1.5);
    await page.keyboard.press('Home');
    await eventually(spanOf).toBe(whole);
    expect(await history.getByRole('button', { name: 'Follow' }).getAttribute('aria-pressed')).toBe('true');
  });

  test('the wire is shown as it happens, and what one command sent by itself', async () => {
    const { page } = await open('psu-1');
    const wire = page.locator('#trace');
    await wire.getByRole('button', { name: 'Show' }).click();
    await wire.getByRole('cell', { name: /MEAS/ }).first().waitFor();
    await lab.service.post('/v1/devices/psu-1/commands/set-voltage', { volts: 9.25 });
    await wire.getByRole('cell', { name: /VOLT 9\.25/ }).waitFor();
    await wire.getByRole('button', { name: 'set-voltage' }).last().click();
    await wire.getByRole('button', { name: /Only set-voltage/ }).waitFor();
    await eventually(() => wire.getByRole('row').count()).toBeLessThan(8);
    expect(await wire.innerText()).toContain('VOLT 9.25');
    await wire.getByRole('button', { name: 'Pause' }).click();
    await wire.getByRole('button', { name: 'Go on' }).waitFor();
  });

  test('a long command shows its progress and is aborted', async () => {
    const { page } = await open('mill-1');
    const home = await formOf(page, 'home');
    await send(home);
    await home.locator('progress').waitFor();
    await home.getByText('Done', { exact: true }).waitFor(slow);
    const jog = await formOf(page, 'jog');
    await jog.getByRole('button', { name: 'x 1, feed 300' }).click();
    await jog.getByLabel('X').fill('-100');
    await send(jog);
    await jog.getByText('On its way').waitFor();
    await jog.getByRole('button', { name: 'Cancel it' }).click();
    await eventually(() => outcome(jog).getAttribute('data-outcome')).not.toBe('busy');
    expect(await outcome(jog).getAttribute('data-outcome')).not.toBe('ok');
  });

  test('what devices write turns no direction, moves no cursor and is no markup', async () => {
    const evil = '\u202e<b>evil</b> \u001b[31m';
    await lab.service.put('/v1/devices/thermostat/properties/panel-label', { value: evil });
    const text = '<img src=x onerror=alert(1)>';
    await faults('psu-1', { kind: 'nak', match: 'VOLT 6', text: `-222,"${text}"` });
    const supply = await open('psu-1');
    const form = await formOf(supply.page, 'set-voltage');
    await form.getByLabel('Voltage').fill('6');
    await send(form);
    await eventually(() => form.innerText()).toContain(text);
    expect(await supply.page.locator('img').count()).toBe(0);

    const { page, complaints } = await open('thermostat');
    const row = page.locator('[data-property="panel-label"]');
    await eventually(() => row.innerText()).toContain(String.raw`\u202e<b>evil</b> \x1b[31m`);
    expect(await row.locator('b').count()).toBe(0);
    expect(await page.locator('main').innerText()).not.toContain('\u202e');
    expect([complaints, supply.complaints]).toEqual([[], []]);
  });

  test('a stop is told and shown, locks what it forbids, and is released', async () => {
    const { page } = await open('psu-2');
    await page.getByRole('button', { name: 'Stop psu-2' }).click();
    await page.getByText('it takes no commands until it is released').waitFor();
    const form = await formOf(page, 'output');
    await form.getByText('The device is stopped. Release the stop first.').waitFor();
    expect(await form.getByRole('button', { name: 'Send to the simulator' }).isDisabled()).toBe(true);
    await page.getByRole('button', { name: 'Release …' }).click();
    await page.getByRole('button', { name: 'Release psu-2' }).click();
    await form.getByText('The device is stopped').waitFor({ state: 'detached' });
  });

  test('a device that there is not is said to be none', async () => {
    const { page, complaints } = await lab.open('#/devices/nothing-here');
    await page.getByText('There is no such device.').waitFor();
    expect(complaints).toEqual([]);
  });

  test.each([
    ['light', 1280],
    ['dark', 1280],
    ['light', 390],
    ['dark', 390],
  ] as const)('axe finds nothing in the %s theme at %i pixels, with everything open', async (theme, width) => {
    const { page } = await open('psu-1', width);
    await page.emulateMedia({ colorScheme: theme });
    await formOf(page, 'output');
    const form = await formOf(page, 'set-voltage');
    await send(form);
    await form.getByText('This is required.').waitFor();
    await form.getByLabel('Voltage').fill('3');
    await send(form);
    await form.getByText('Done', { exact: true }).waitFor();
    await page.locator('#trace').getByRole('button', { name: 'Show' }).click();
    await page.locator('#history').getByText('As a table').click();
    await page.locator('#recent').getByRole('button').first().click();
    await page.getByRole('cell', { name: /MEAS/ }).first().waitFor();
    await shoot(page, `device ${theme} ${width}`);
    expect(await axeFindings(page)).toEqual([]);
    expect(await overhang(page)).toBeLessThanOrEqual(0);
  });
});
