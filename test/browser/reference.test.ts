import { describe, expect, test } from 'vitest';
import { openPage } from '../support/browser.ts';
import { browserLab } from '../support/browser-lab.ts';
import { needs } from '../support/needs.ts';

const config = `
connections:
  psu-line: { simulate: { model: scpi-supply, via: memory } }
devices:
  psu-1: { driver: scpi-supply, connection: psu-line }
`;

describe.skipIf(!needs('chromium', 'the reference in a browser'))('the reference', () => {
  const lab = browserLab(config);

  test('shows an operation with what its parameters may be, and tries it', async () => {
    const { page, complaints } = await openPage(lab.browser, `${lab.service.url}/docs`);
    await page.locator('#operations-tag-psu-1').click();
    const operation = page.locator('.opblock', { hasText: 'commands/set-voltage' });
    await operation.locator('.opblock-summary-control').click();
    await operation.getByText('Schema', { exact: true }).first().click();
    await operation.getByText('volts').first().waitFor();
    await operation.getByText('[0, 30]').first().waitFor();
    await operation.getByText('Idempotency-Key').first().waitFor();
    await operation.getByRole('button', { name: 'Execute' }).click();
    await operation.locator('.live-responses-table').getByText('"succeeded"').waitFor();
    expect(await page.locator('.errors-wrapper').count()).toBe(0);
    expect(complaints).toEqual([]);
  });

  test('does not go through the whole document for it, which takes seconds', async () => {
    const started = await fetch(`${lab.service.url}/docs/static/swagger-initializer.js`);
    expect(await started.text()).toMatch(/"plugins":\[function resolvingWhatIsShown/);
  });
});
