import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { browserLab, eventually } from '../support/browser-lab.ts';
import { needs } from '../support/needs.ts';

const config = (line: string): string => `
connections:
  line: ${line}
  other: { simulate: { model: scpi-supply, via: memory } }
devices:
  psu-1: { driver: scpi-supply, connection: line }
  psu-2: { driver: scpi-supply, connection: other }
interlocks:
  - { name: other-low, device: psu-1, forbid: [set-voltage], unless: 'device["psu-2"]["measured-voltage"] < 40.0' }
`;

/** A bench is tried out with a simulator first, and then has the device itself. */
describe.skipIf(!needs('chromium', 'what was simulated once'))('what was simulated once', () => {
  const folder = mkdtempSync(join(tmpdir(), 'bellcrank-once-'));
  const file = join(folder, 'bellcrank.yaml');
  writeFileSync(file, config('{ simulate: { model: scpi-supply, via: memory } }'));
  const lab = browserLab(file);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('is told so on the page of the device that is real by now', async () => {
    await lab.service.post('/v1/devices/psu-1/commands/set-voltage', { volts: 5 });
    const history = async (): Promise<string> =>
      JSON.stringify(await lab.service.get('/v1/devices/psu-1/history/measured-voltage'));
    await expect.poll(history, eventually).toContain('"value"');
    writeFileSync(file, config('{ tcp: { host: 127.0.0.1, port: 1 } }'));
    expect((await lab.service.post('/v1/config/reload', {})).status).toBe(200);
    const { page } = await lab.open('#/devices/psu-1', 1280);
    await page.getByText('It is offline').waitFor(eventually);
    expect(await page.locator('.device-title').innerText()).not.toContain('SIMULATED');
    const inside = (section: string) => page.locator(`#${section}`).getByText('SIMULATED', { exact: true });
    await inside('history').waitFor();
    await page.getByText('Some of this, at least, is what a simulator told.').waitFor();
    await inside('recent').waitFor();
    await inside('interlocks').waitFor();
  });
});
