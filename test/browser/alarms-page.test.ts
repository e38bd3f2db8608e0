import { describe, expect, test } from 'vitest';
import { axeFindings } from '../support/axe.ts';
import { browserLab, eventually } from '../support/browser-lab.ts';
import { needs } from '../support/needs.ts';
import { shoot } from '../support/page-checks.ts';

const config = `
connections:
  oven-line: { simulate: { model: bellcrank-oven, via: memory } }
devices:
  oven-1: { driver: bellcrank-oven, connection: oven-line }
alarms:
  - { name: too-hot, device: oven-1, property: temperature, high: 80, severity: critical, message: Switch the heater off. }
  - { name: warm, device: oven-1, property: temperature, high: 60 }
`;

interface Alarms {
  readonly items: readonly { readonly alarm: string; readonly state: string; readonly open: boolean }[];
}

describe.skipIf(!needs('chromium', 'alarms in a browser'))('the page of alarms', () => {
  const lab = browserLab(config);

  const heat = (temperature: number) =>
    fetch(`${lab.service.url}/v1/simulators/oven-1/state`, {
      method: 'PATCH',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ temperature }),
    });

  test('an alarm is there as soon as it is raised, is acknowledged, and is over when the value has come back', async () => {
    const { page, complaints } = await lab.open('#/alarms');
    await page.getByText('No alarm is open.').waitFor();
    expect((await heat(90)).status).toBe(200);
    const open = page.getByRole('region', { name: 'Open' }).getByRole('listitem');
    await expect.poll(() => open.count(), eventually).toBe(2);
    // Whoever does not see it hears of it, on every page.
    await page.getByText(/^Alarm: \S+ of oven-1, simulated, and 1 more\.$/).waitFor({ state: 'attached' });
    // What is critical comes first.
    const first = await open.first().innerText();
    expect(first).toMatch(
      /critical[^]*too-hot[^]*oven-1[^]*SIMULATED[^]*nobody has seen it[^]*above 80[^]*Switch the heater off/,
    );
    expect(await open.nth(1).innerText()).toMatch(/warning[^]*warm/);
    await shoot(page, 'alarms raised');
    expect(await axeFindings(page)).toEqual([]);

    await page.getByRole('button', { name: 'Acknowledge too-hot of oven-1' }).click();
    await expect.poll(() => open.last().innerText(), eventually).toMatch(/too-hot[^]*seen by anonymous/);
    await heat(20);
    // It was not seen: it stays until somebody does.
    await expect.poll(() => open.count(), eventually).toBe(1);
    await expect.poll(() => open.first().innerText(), eventually).toMatch(/warm[^]*over, and nobody has seen it/);
    const over = page.getByRole('region', { name: 'Over' }).getByRole('listitem');
    await expect.poll(() => over.count(), eventually).toBe(1);
    expect(await over.first().innerText()).toMatch(/too-hot[^]*seen by anonymous/);

    await page.getByRole('button', { name: 'Acknowledge warm of oven-1' }).press('Enter');
    await page.getByText('No alarm is open.').waitFor();
    await expect.poll(() => over.count(), eventually).toBe(2);
    await page.getByLabel('Severity').selectOption('critical');
    await expect.poll(() => over.count(), eventually).toBe(1);
    expect(page.url()).toMatch(/#\/alarms\?severity=critical$/);
    const { items } = await lab.service.get<Alarms>('/v1/alarms');
    expect(items.map(({ state, open: isOpen }) => [state, isOpen])).toEqual([
      ['cleared', false],
      ['cleared', false],
    ]);
    expect(complaints).toEqual([]);
  });
});
